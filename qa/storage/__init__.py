"""Files, disks and databases."""
