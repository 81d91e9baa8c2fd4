"""What is special to each caller, one module for each, and nothing else."""
