#!/usr/bin/env python3
"""Makes the files for the benchmark of `pointsman route`: 100,000 accounts and 1,000,000 leads.

    bench/world.py OUT [--leads N] [--accounts N]

Everything is invented and drawn from one seed, so that every run makes the same files. About half of the
leads belong to an account (by e-mail domain, web site or name), a third come from free mailboxes.
"""
import argparse
import csv
import pathlib
import random
from datetime import datetime, timedelta, timezone

WORDS = "north south blue red iron silver green stone river lake data cloud net soft bio med auto aero solar metal paper food trade".split()
KINDS = "works systems labs group partners logistics energy health foods software motors design media bank".split()
FORMS = ["Inc.", "LLC", "GmbH", "Ltd", "S.A.", "AG", "B.V.", ""]
COUNTRIES = ["US"] * 10 + ["DE", "GB", "FR", "CH", "AT", "BR", "IN", "CA", "AU", "ES", "SE"]
STATES = "CA TX NY FL WA IL PA OH GA NC MI NJ VA AZ MA TN IN MO MD WI CO MN SC AL LA KY OR OK CT UT".split()
FREE = ["gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "web.de", "icloud.com"]
TYPES = ["demo_request", "content_download", "contact_us", "webinar", ""]
INTERESTS = ["analytics", "platform", "security", ""]


def company(number, draw):
    return f"{draw.choice(WORDS).title()} {draw.choice(KINDS).title()} {number}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("--leads", type=int, default=1_000_000)
    arguments.add_argument("--accounts", type=int, default=100_000)
    arguments = arguments.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    draw = random.Random(20261123)
    reps = [f"{name}@acme.example" for name in "ana ben carl dana eva finn greta hans ivy jack kim lena".split()]
    names = []
    with open(arguments.out / "accounts.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "name", "domain", "owner", "named", "country", "state", "industry", "employees"])
        for number in range(arguments.accounts):
            name = company(number, draw)
            names.append(name)
            country = draw.choice(COUNTRIES)
            rows.writerow([f"A{number:06}", f"{name} {draw.choice(FORMS)}".strip(), f"{name.lower().replace(' ', '-')}.example", draw.choice(reps),
                           "yes" if number % 50 == 0 else "no", country, draw.choice(STATES) if country == "US" else "", draw.choice(KINDS), draw.randint(1, 20000)])
    start = datetime(2026, 1, 5, tzinfo=timezone.utc)
    with open(arguments.out / "leads.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow("lead_id created_at first_name last_name email company website country state industry employees source type product_interest pages".split())
        for number in range(arguments.leads):
            known = draw.random() < 0.5
            name = names[draw.randrange(len(names))] if known else company(draw.randrange(10_000_000, 99_999_999), draw)
            domain = f"{name.lower().replace(' ', '-')}.example"
            free = draw.random() < 0.33
            country = draw.choice(COUNTRIES)
            rows.writerow([
                f"L{number:07}", (start + timedelta(seconds=number * 5)).strftime("%Y-%m-%dT%H:%M:%SZ"), "Jo", f"Doe{number}",
                f"jo.doe{number}@{draw.choice(FREE) if free else domain}", name, f"https://www.{domain}/" if draw.random() < 0.2 else "",
                country, draw.choice(STATES) if country == "US" else "", draw.choice(KINDS), draw.randint(1, 5000) if draw.random() < 0.8 else "",
                draw.choice(["web", "webinar", "event", ""]), draw.choice(TYPES), draw.choice(INTERESTS), "/pricing|/docs" if draw.random() < 0.1 else "/",
            ])


if __name__ == "__main__":
    main()
