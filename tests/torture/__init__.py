"""Reading under torture: poisoned, mutated and made-up mails in any number. See scripts/torture."""
