"""What pyHanko says of PDFs: a JSON object a line in, one a line out.

In: {"file": path, "password": text}. Out: {"signatures": [...]} or {"error": text};
a signature has its field, coverage, level of later changes and whether it is
intact, all by the default policies, and without trust: no anchors, no network.
"""

import json
import signal
import sys
import warnings

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.validation import (
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from pyhanko_certvalidator import ValidationContext

SECONDS = (10, 60)  # for one file: a busy machine is no answer


def problem(e):
    return f"{type(e).__name__}: {e}".splitlines()[0]


def level(sig):
    result = sig.diff_result
    if isinstance(result, SuspiciousModification):
        return "OTHER", str(result)
    if result is None:
        return "NONE", ""
    return result.modification_level.name, ""


def describe(sig):
    out = {"field": sig.field_name, "timestamp": sig.sig_object_type == "/DocTimeStamp"}
    try:
        sig.compute_integrity_info()
        out["coverage"] = sig.coverage.name
        out["level"], out["why"] = level(sig)
        out["permitted"] = bool(sig.summarise_integrity_info()["docmdp_ok"])
    except TimeoutError:
        raise
    except Exception as e:
        out["problem"] = problem(e)
    context = ValidationContext(trust_roots=[], allow_fetching=False)
    try:
        if out["timestamp"]:
            status = validate_pdf_timestamp(sig, context, skip_diff=True)
        else:
            status = validate_pdf_signature(sig, context, skip_diff=True)
        out["intact"] = bool(status.intact and status.valid)
    except TimeoutError:
        raise
    except Exception as e:
        out["failure"] = problem(e)
    return out


def look(file, password):
    with open(file, "rb") as f:
        reader = PdfFileReader(f, strict=False)
        if reader.encrypted:
            reader.decrypt(password)
        return {"signatures": [describe(s) for s in reader.embedded_signatures]}


def expire(*_):
    raise TimeoutError("not done in time")


def main():
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, expire)
    for line in sys.stdin:
        ask = json.loads(line)
        for limit in SECONDS:
            signal.alarm(limit)
            try:
                answer = look(ask["file"], ask["password"])
                break
            except TimeoutError as e:
                answer = {"error": problem(e)}
            except Exception as e:
                answer = {"error": problem(e)}
                break
            finally:
                signal.alarm(0)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
