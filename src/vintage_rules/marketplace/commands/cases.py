"""Commands on cases for review. Only the house sees them: `HouseDesk.cases` lists them."""

from __future__ import annotations

from attrs import frozen

from vintage_rules.errors import NotFoundError
from vintage_rules.marketplace.actors import Actor, require_house
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.case_stream import Case, CaseSettled
from vintage_rules.marketplace.storage.streams import CASES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork


@frozen
class Cases:
    """What no rule settles, of what the outside reports and of what orders live through.

    Disputed payments, refunds that failed after they were made, scans that are dated ahead, and all
    that an order leaves to a person, such as a return that was posted late: see `CaseReason`.

    Every command raises `NotAllowedError` for any actor but the house.
    """

    shop: Shop

    def settle(self, by: Actor, case: str, note: str = "") -> Case:
        """Record that a person has seen to a case, named by `CaseOpened.case`.

        One that is settled already is given as it is.

        Raises:
            NotFoundError: For a case that was never opened.
        """
        require_house(by, "settle a case for review")

        def command(work: UnitOfWork) -> Case:
            stream = work.load(CASES, case)
            if stream.state is None:
                raise NotFoundError("case", case)
            if stream.state.settled is not None:
                return stream.state
            return work.record(stream, [CaseSettled(at=work.now, note=note)])

        return self.shop.do(by, command)
