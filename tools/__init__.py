"""What the developers of spk-macvlan run; no part of the installed package."""
