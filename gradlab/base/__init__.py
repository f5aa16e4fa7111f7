"""What every package may use: errors, outcomes, texts, deadlines, files that are replaced in one step."""
