"""Case cards: offered where they help, counted when they did, and looked at again when the rule behind them changes."""
