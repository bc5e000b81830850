"""An Amazon account on the test server, whose policies count."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from moto.core.authorization import enable_iam_authentication
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends

Policy: TypeAlias = dict[str, Any]


def options_of(policy: Policy, user: str) -> dict[str, str]:
    """Make a user with these rights and no others; return the OPTIONS to be that."""
    account = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
    account.create_user("us-east-1", user, tags=[])
    account.put_user_policy(user, "policy", json.dumps(as_moto_asks(policy)))
    key = account.create_access_key(user)
    return {"access_key": key.access_key_id, "secret_key": key.secret_access_key}


@contextmanager
def enforced() -> Iterator[None]:
    """Let the server ask the policies, and forget all users at the end."""
    try:
        with enable_iam_authentication():
            yield
    finally:
        iam_backends[DEFAULT_ACCOUNT_ID]["aws"].reset()


def rights_of(policy: Policy) -> list[str]:
    return [one for statement in policy["Statement"] for one in actions_of(statement)]


def actions_of(statement: Mapping[str, Any]) -> list[str]:
    action: str | list[str] = statement["Action"]
    return [action] if isinstance(action, str) else action


def without(policy: Policy, right: str) -> Policy:
    """Return the policy with another right, of no use here, in the place of one."""
    text = json.dumps(policy).replace(f'"{right}"', '"s3:GetBucketLocation"')
    less: Policy = json.loads(text)
    return less


def as_moto_asks(policy: Policy) -> Policy:
    """
    Return the policy with the bucket beside its objects, for deletions.

    Amazon asks about each object of a batch, moto about the bucket.
    """
    asked = copy.deepcopy(policy)
    for statement in asked["Statement"]:
        if "s3:DeleteObject" in statement["Action"]:
            objects = statement["Resource"]
            statement["Resource"] = [objects, objects.partition("/")[0]]
    return asked
