"""Why a person is needed: the codes that stand in a case or a task; their sentences are in the templates."""

from __future__ import annotations

from enum import StrEnum

from registry_store.records import OPEN_STATES, State

# The states in which the next move is a person's. In the other open ones it is the applicant's or a mail server's:
# whatever calls a person leads out of them (steps.to_clerk).
FOR_A_PERSON = frozenset({State.RECEIVED, State.INCOMPLETE, State.COMPLETE, State.WITH_CLERK})
FOR_THE_APPLICANT = OPEN_STATES - FOR_A_PERSON


class Ask(StrEnum):
    UNREADABLE = "unreadable"  # a file could not be opened
    UNSURE = "unsure"  # something could not be read or decided surely
    WHOSE = "whose"  # it is in doubt whose mail this is
    OVERDUE = "overdue"  # review was due and nothing was decided (APC art. 91)
    CONFIRM_INCLUSION = "confirm_inclusion"  # complete; the ministry wants a person's yes
    CONFIRM_REWORK = "confirm_rework"  # the rework letter is due and waits for a person's yes
    CONFIRM_STOP = "confirm_stop"
    CONFIRM_REFUSAL = "confirm_refusal"  # §11 allows the refusal; a person's yes is wanted
    ENTRY_UNKNOWN = "entry_unknown"  # which register entry is meant
    ENTRY_EXISTS = "entry_exists"  # somebody with this IIN or BIN is in the register already
    OTHER_PERSON = "other_person"  # IIN or BIN, else name and address, are not those of the register entry
    NOT_ON_FILE = "not_on_file"  # not from an address on file, or DMARC did not pass
    WITHDRAWN = "withdrawn"  # the applicant asks to stop an open case
    WROTE = "wrote"  # a question or a plea for time
    LATE_ANSWER = "late_answer"
    ANSWER_MOVED = "answer_moved"  # the answer was another applicant's and was moved to that case
    TERM_OVER_AFTER_ANSWER = "term_over_after_answer"  # answered, but not complete: no refusal by itself
    MAIL_IN_DOUBT = "mail_in_doubt"  # a mail of before the term's end may be this applicant's
    TASK_OPEN = "task_open"  # the term is over, and something that a person was called for is not settled
    NOT_CARRIED_OUT = "not_carried_out"  # an incomplete change or programme: the clerk ends it
    REWORK_NOT_ACCEPTED = "rework_not_accepted"  # 5xx, or nobody knows whether the letter left
    REWORK_BOUNCED = "rework_bounced"
    LETTER_FAILED = "letter_failed"  # another letter was not taken
    LETTER_HELD = "letter_held"  # its words are at fault, a template's: mend it, then let it go anew
    LETTER_BOUNCED = "letter_bounced"  # the decision stands
    PERHAPS_BOUNCED = "perhaps_bounced"  # a mail server writes about a letter of ours; what, nobody can tell
    LETTER_DELAYED = "letter_delayed"
    REVOKE_REFUSAL = "revoke_refusal"  # a refusal may be wrong: proposed for revocation
    REGION_MISSING = "region_missing"
    MINOR_CONTACTS = "minor_contacts"
    PROGRAMME_WAITS = "programme_waits"  # included; the enclosed programme has gaps
    REVOKED = "revoked"  # the decision was taken back; decide anew
    UNDONE = "undone"  # a clerk took an act back; a letter that it had taken back is not under way any more
    DEEMED_REFUSAL = "deemed_refusal"  # silence will count as a refusal in so many working days (APC art. 91)
    CALENDAR_CHANGED = "calendar_changed"  # a due day moved
    CALENDAR_MISSING = "calendar_missing"  # next year's working days are not confirmed
    CALENDAR_ENDS = "calendar_ends"  # the table of working days ends within three months
    DATES_UNKNOWN = "dates_unknown"  # the day to tell the applicant lies beyond the calendar: nothing goes by itself
    CLOCK_FAILED = "clock_failed"  # a term came and could not be carried: a fault of ours, look at once
    CLOCK_LEAP = "clock_leap"  # our clock ran away from the mail servers': nobody is refused meanwhile
    BRAKE = "brake"  # too many letters to one address, or in all
