"""An audience -> the file that leaves the house."""
