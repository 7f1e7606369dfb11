"""Effects: what events make the outside do, exactly once as far as the outside can see.

    event ─→ `reactions.py` ─→ effect, a message in the outbox ─→ `handlers.py` ─→ port

**Reactions** are pure: from a state and the event that led to it they give effects. They are run
when the event is recorded, and never again: replaying a history has no effects.

**Handlers** are run by workers, at least once: a worker may crash after the bank has paid and
before it could say so, and then another runs the same handler again. What makes this safe is the
same in every handler, and every new handler must keep to it:

1. *Check whether it is still needed.* The order may have been cancelled since, or the money taken.
   What is not needed any more is done.
2. *Record that it begins*, where what is about to move must not be changed meanwhile. A refund is
   `RefundBegun` before the bank is called, so that it cannot be revoked under way.
3. *Call the outside with a key* that is the same at every attempt. The port owes the same answer
   for the same key, and does it once.
4. *Record the answer* as a command on the stream. A command that was recorded before is refused as
   out of time, and its refusal is ignored: it says the same.

The key is that of the outbox message where the effect of an event is wanted once for that event: a
mail, a label. Where several events may want the same thing, the key is made of what is wanted: a
refund that was revoked and is owed again is one refund (`refund`, order, cause, payment), a capture
is one capture of its authorisation, whichever effect requests it. Both name the order, since names
of returns and pieces are unique only within it.

**Failures.** `OutsideUnavailableError` leaves it open whether anything was done: the message is
postponed, and tried again with the same key. A refusal or a rejection cannot be helped by trying
again: the message is dead-lettered for a person, who mends the cause and resumes it.
"""
