"""What a house publishes for customers and for machines, all from its policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.publishing.all_files import (
        publication as publication,
    )
    from vintage_rules.publishing.faq.html import (
        faq_as_html as faq_as_html,
    )
    from vintage_rules.publishing.faq.markdown import (
        faq_as_markdown as faq_as_markdown,
    )
    from vintage_rules.publishing.faq.page import (
        Faq as Faq,
        Question as Question,
        Section as Section,
        write_faq as write_faq,
    )
    from vintage_rules.publishing.publisher import (
        Publisher as Publisher,
    )
    from vintage_rules.publishing.schema_document import (
        schema_org as schema_org,
    )
    from vintage_rules.publishing.schema_returns import (
        return_policies as return_policies,
    )
    from vintage_rules.publishing.schema_shipping import (
        shipping_details as shipping_details,
    )
    from vintage_rules.publishing.ucp_document import (
        ucp as ucp,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
