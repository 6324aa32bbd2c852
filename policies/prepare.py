#!/usr/bin/env python3
"""Turns the real data sets into leads that `pointsman route` reads.

    python3 policies/prepare.py DATA OUT

DATA holds adventureworks_stores.csv, incident_events.csv, sf_fire_calls.csv and leadforge_leads.csv;
OUT receives adventureworks.csv, incidents.csv, fire-calls.csv and leadforge.csv, one lead per line.
A set that DATA does not have is left out. Columns of the data that name the outcome (who really got it)
come along as `real_...`, so that the decision can be held against it; no policy reads them.
"""

import csv
import sys
from pathlib import Path


def adventureworks(rows):
    """One lead per store. The data has no moment of arrival."""
    for row in rows:
        yield {
            "id": "store-" + row["store_id"],
            "company": row["company"],
            "country": row["country"],
            "state": row["state"],
            "city": row["city"],
            "postal_code": row["postal_code"],
            "employees": row["employees"],
            "annual_sales": row["annual_sales"],
            "real_territory": row["territory"],
            "real_rep": row["salesperson_id"],
        }


def incidents(rows):
    """One lead per case, as its first event shows it. Times have no zone in the data: taken as UTC."""
    seen = set()
    for row in rows:
        if row["number"] in seen:
            continue
        seen.add(row["number"])
        yield {
            "id": row["number"],
            "created_at": row["opened_at"].replace(" ", "T") + ":00Z",
            "contact_type": row["contact_type"],
            "category": row["category"],
            "subcategory": row["subcategory"],
            "priority": row["priority"],
            "real_pool": row["assignment_group"],
            "real_rep": row["assigned_to"],
        }


def fire_calls(rows):
    """One lead per call. The data is a sample of units: the one that went first is in it for half of the calls."""
    calls = {}
    for row in rows:
        if row["call_number"] not in calls or row["unit_sequence_in_call_dispatch"] == "1":
            calls[row["call_number"]] = row
    for row in sorted(calls.values(), key=lambda row: (row["received_timestamp"], row["call_number"])):
        went_first = row["unit_sequence_in_call_dispatch"] == "1"
        yield {
            "id": row["call_number"],
            "created_at": row["received_timestamp"].replace(" ", "T"),
            "call_type": row["call_type"],
            "priority": row["priority"],
            "battalion": row["battalion"],
            "postal_code": row["zipcode_of_incident"],
            "real_kind": row["unit_type"] if went_first else "",
            "real_rep": row["unit_id"] if went_first else "",
        }


def leadforge(rows):
    """One lead per line, numbered. The data has neither names nor a moment of arrival."""
    countries = {"UK": "GB"}
    for number, row in enumerate(rows, 1):
        yield {
            "id": f"lf-{number}",
            "title": row["contact_role"],
            "country": countries.get(row["region"], row["region"]),
            "industry": row["industry"],
            "company_size": row["company_size"],
            "seniority": row["seniority"],
            "source": row["lead_source"],
            "real_converted": row["converted"],
        }


SETS = [
    ("adventureworks_stores.csv", "adventureworks.csv", adventureworks),
    ("incident_events.csv", "incidents.csv", incidents),
    ("sf_fire_calls.csv", "fire-calls.csv", fire_calls),
    ("leadforge_leads.csv", "leadforge.csv", leadforge),
]


def main(data, out):
    out.mkdir(parents=True, exist_ok=True)
    for source, target, leads_of in SETS:
        if not (data / source).exists():
            print(f"{source}: not there, left out", file=sys.stderr)
            continue
        with open(data / source, newline="", encoding="utf-8") as file:
            leads = list(leads_of(csv.DictReader(file)))
        with open(out / target, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, leads[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(leads)
        print(f"{target}: {len(leads)} leads", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
