"""Programs for developers of spk-macvlan; not part of the installed package."""
