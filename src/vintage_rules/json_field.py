"""What lets pydantic, and with it FastAPI, take a value of this library as a field.

pydantic gets the schema of a class by two methods. They are here, so that `Money`, `Place` and
every decision have them; what they answer is computed in `vintage_rules.api.fields`, which is
loaded only when pydantic calls them. Nothing of this is loaded otherwise, and nothing here knows
pydantic.
"""

from __future__ import annotations

from collections.abc import Callable


class JsonField:
    """A value that pydantic takes as a field of a model, in the form that `to_json` writes."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> object:
        from vintage_rules.api.fields import core_schema_of

        return core_schema_of(cls)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: object, handler: Callable[[object], object]
    ) -> object:
        from vintage_rules.api.fields import json_schema_of

        return json_schema_of(cls)


class DecisionField(JsonField):
    """A decision: its JSON says which one it is, since several have the same fields."""

    __slots__ = ()
