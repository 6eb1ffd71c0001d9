"""What pyHanko's certvalidator says of certification paths: a JSON object a line in, one a line out.

In: leaf, anchors, intermediates, crls, ocsps (DER in base64), at (seconds), policies, explicit, inhibit_mapping,
inhibit_any, revocation, eku, constraints. Out: {"passed": bool, "why": text}. No network, every algorithm accepted.
"""

import asyncio
import base64
import json
import signal
import sys
import warnings
from datetime import datetime, timedelta, timezone

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.policy_decl import (
    AcceptAllAlgorithms,
    PKIXValidationParams,
)

SECONDS = (10, 60)  # for one question: a busy machine is no answer


def certificates(texts):
    return [x509.Certificate.load(base64.b64decode(t)) for t in texts]


def params(ask):
    wanted = ask["policies"] or []
    if not wanted or "2.5.29.32.0" in wanted:
        wanted = ["any_policy"]
    return PKIXValidationParams(
        user_initial_policy_set=frozenset(wanted),
        initial_policy_mapping_inhibit=ask["inhibit_mapping"],
        initial_explicit_policy=ask["explicit"],
        initial_any_policy_inhibit=ask["inhibit_any"],
    )


def judge(ask):
    anchors = [
        CertTrustAnchor(c, derive_default_quals_from_cert=ask["constraints"])
        for c in certificates(ask["anchors"])
    ]
    context = ValidationContext(
        trust_roots=anchors,
        other_certs=certificates(ask["intermediates"]),
        moment=datetime.fromtimestamp(ask["at"], timezone.utc),
        crls=[base64.b64decode(c) for c in ask["crls"] or []],
        ocsps=[base64.b64decode(o) for o in ask["ocsps"] or []],
        revocation_mode="require" if ask["revocation"] else "none",
        time_tolerance=timedelta(0),
        algorithm_usage_policy=AcceptAllAlgorithms(),
        allow_fetching=False,
    )
    [leaf] = certificates([ask["leaf"]])
    validator = CertificateValidator(
        leaf, validation_context=context, pkix_params=params(ask)
    )
    wanted = {x509.KeyPurposeId.map(o) for o in ask["eku"]}
    if wanted:
        work = validator.async_validate_usage(set(), wanted, True)
    else:
        work = validator.async_validate_path()
    asyncio.run(work)


def expire(*_):
    raise TimeoutError("not done in time")


def answer(ask):
    for limit in SECONDS:
        signal.alarm(limit)
        try:
            judge(ask)
            return {"passed": True, "why": "passed"}
        except TimeoutError as e:
            said = {"passed": False, "why": f"TimeoutError: {e}"}
        except Exception as e:
            text = str(e).splitlines() or [""]
            return {"passed": False, "why": f"{type(e).__name__}: {text[0]}"}
        finally:
            signal.alarm(0)
    return said


def main():
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, expire)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
