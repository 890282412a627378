"""Ring 2: the parts of a clip, each the one owner of what it touches."""
