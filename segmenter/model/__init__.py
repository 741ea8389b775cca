"""Examples -> the two-stage model: networks, losses, guarded correction, its file. Torch lives here."""
