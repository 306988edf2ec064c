"""What somebody went through: trips, offices, hours of waiting, papers handed in and steps, read from the ledger."""
