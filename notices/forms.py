"""What is sent to set up a webhook."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class WebhookForm(BaseModel):
    """Where to call, and of which events; without any, of all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, Field(min_length=1, max_length=500)]
    events: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=30)] = []
