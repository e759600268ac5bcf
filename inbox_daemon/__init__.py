"""Works the ministry's mailbox for the register of volunteer activity (Order No. 127-НҚ)."""
