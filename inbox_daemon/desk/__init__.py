"""The clerk's desk: pages, accounts, the app. No rule lives here; a click is an event for casework.carry."""
