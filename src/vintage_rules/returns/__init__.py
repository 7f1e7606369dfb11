"""What may come back, to whom, at whose cost; what is refunded, and when a seller is paid."""
