"""Changes, findings and differences for people and programs: text, JSON, Markdown, GitHub's annotations."""
