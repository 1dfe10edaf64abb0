#!/usr/bin/python3
"""Compare the order service's contract with the rules for such documents, and
exchanges that the pretend authority recorded (office --record) with the contract.

usage: contract.py [--covers] ORDERS.YAML OPENAPI-3.1.JSON [EXCHANGES...]

A line for each breach; the exit code is 1 when there is one.  --covers: it is a
breach as well when some operation was never asked for.

openapi-3.1.json is the OpenAPI Initiative's own description of OpenAPI 3.1
documents (https://spec.openapis.org/oas/3.1/schema/2026-08-03, Apache License
2.0), unchanged.  It lies here since Debian 12 packages no validator for 3.1, while
python3-jsonschema and python3-yaml, which are packaged, do with it what such
validators do; a validator from another registry would bring its own and some
hundred packages, and a second place to install from.
"""

import json
import re
import sys

import jsonschema
import yaml

# Faults that make the answer wrong on purpose: only the request is compared.
SPOILT = {"not-json", "other-number", "redirect", "redirect-here", "version",
          "wrong-schema", "wrong-type"}

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

TIME = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
                  r"T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
                  r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)")

formats = jsonschema.FormatChecker()


@formats.checks("date-time")
def is_time(value):
    return not isinstance(value, str) or TIME.fullmatch(value) is not None


class Contract:
    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            self.document = yaml.safe_load(f)
        self.breaches = 0
        self.seen = set()

    def breach(self, where, what):
        self.breaches += 1
        print(f"{where}: {what}")

    def get(self, node):
        """What a node says, or what it refers to says."""
        while isinstance(node, dict) and "$ref" in node:
            at = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                at = at[part]
            node = at
        return node

    def compare(self, where, value, schema):
        whole = {"components": self.document["components"],
                 "allOf": [schema]}
        validator = jsonschema.Draft202012Validator(
            whole, format_checker=formats)
        for error in validator.iter_errors(value):
            self.breach(where + "".join(f"/{p}" for p in error.absolute_path),
                        error.message[:200])

    def operations(self):
        """Each with its path, method, and parameters."""
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    operation = item[method]
                    shared = item.get("parameters", [])
                    yield (path, method, operation, [
                        self.get(p) for p in
                        shared + operation.get("parameters", [])])

    # --- the document itself

    def check_document(self, rules):
        with open(rules, encoding="utf-8") as f:
            validator = jsonschema.Draft202012Validator(json.load(f))
        for error in validator.iter_errors(self.document):
            where = "".join(f"/{p}" for p in error.absolute_path)
            self.breach(where or "/", error.message[:200])
        self.check_references(self.document, "")
        if self.breaches:
            return  # the rest reads it as if it were one
        for name, schema in self.document["components"]["schemas"].items():
            try:
                jsonschema.Draft202012Validator.check_schema(schema)
            except jsonschema.SchemaError as error:
                self.breach(f"schema {name}", error.message)
        self.check_operations()

    def check_references(self, node, where):
        items = node.items() if isinstance(node, dict) else (
            enumerate(node) if isinstance(node, list) else ())
        for key, value in items:
            if key == "$ref":
                try:
                    self.get(node)
                except KeyError:
                    self.breach(where, f"refers to nothing: {value}")
            self.check_references(value, f"{where}/{key}")

    def check_operations(self):
        names = set()
        for path, method, operation, parameters in self.operations():
            name = operation.get("operationId")
            if name is None or name in names:
                self.breach(f"{method} {path}", "no operationId of its own")
            names.add(name)
            in_path = {p["name"] for p in parameters if p["in"] == "path"}
            if in_path != set(re.findall(r"{(\w+)}", path)):
                self.breach(f"{method} {path}", "parameters of another path")

    # --- exchanges

    def find(self, method, path):
        """The operation, with what stands for its parameters in the path.  What
        says more of a path is tried first."""
        base = self.document["servers"][0]["url"]
        for template, of, operation, parameters in sorted(
                self.operations(), key=lambda o: ("{" in o[0], -len(o[0]))):
            pattern = re.sub(r"{(\w+)}", r"(?P<\1>.+)", base + template)
            match = re.fullmatch(pattern, path)
            if match and of == method.lower():
                return operation, parameters, match.groupdict()
        return None, [], {}

    def check_exchange(self, where, exchange):
        operation, parameters, in_path = self.find(exchange["method"],
                                                   exchange["path"])
        if operation is None:
            self.breach(where, "asks for what is in no contract: "
                        f"{exchange['method']} {exchange['path']}")
            return
        self.seen.add(operation["operationId"])
        where = f"{where} {operation['operationId']}"
        self.check_request(where, exchange, operation, parameters, in_path)
        if exchange["fault"] not in SPOILT:
            self.check_answer(where, exchange, operation)

    def check_request(self, where, exchange, operation, parameters, in_path):
        headers = exchange["asked"]
        for p in parameters:
            of = in_path if p["in"] == "path" else headers
            if p["name"] in of:
                self.compare(f"{where} {p['name']}", of[p["name"]],
                             p["schema"])
            elif p.get("required"):
                self.breach(where, f"lacks {p['name']}")
        if "requestBody" in operation:
            content = operation["requestBody"]["content"]
            self.check_body(f"{where} request", exchange["request"],
                            headers.get("Content-Type"), content)
        elif exchange["request"] != {"bytes": 0}:
            self.breach(where, "a body that nobody asked for")
        if operation.get("security", True) and exchange["status"] != 401 and \
                not (exchange["certificate"] or "X-API-Key" in headers or
                     "Authorization" in headers):
            self.breach(where, "asked by nobody and answered all the same")

    def check_answer(self, where, exchange, operation):
        status = str(exchange["status"])
        responses = operation["responses"]
        response = self.get(responses.get(status, responses.get("default")))
        for name, header in response.get("headers", {}).items():
            if name in exchange["said"]:
                self.compare(f"{where} {name}", exchange["said"][name],
                             self.get(header)["schema"])
        if "content" in response:
            self.check_body(f"{where} {status}", exchange["answer"],
                            exchange["said"].get("Content-Type"),
                            response["content"])
        elif exchange["answer"] != {"bytes": 0}:
            self.breach(where, f"{status} has a body")

    def check_body(self, where, body, kind, content):
        kind = (kind or "").partition(";")[0].strip()
        if kind not in content:
            self.breach(where, f"is {kind or 'of no type'}, not "
                        + " or ".join(content))
        elif kind.endswith("json") or isinstance(body, str):
            self.compare(where, body, content[kind]["schema"])
        elif not body.get("bytes"):
            self.breach(where, "is empty")


def main(arguments):
    covers = arguments[:1] == ["--covers"]
    arguments = arguments[covers:]
    if len(arguments) < 2:
        sys.exit(__doc__)
    contract = Contract(arguments[0])
    contract.check_document(arguments[1])
    for path in arguments[2:]:
        with open(path, encoding="utf-8") as f:
            for n, line in enumerate(f, 1):
                contract.check_exchange(f"{path}:{n}", json.loads(line))
    if covers:
        for _, _, operation, _ in contract.operations():
            if operation["operationId"] not in contract.seen:
                contract.breach(operation["operationId"], "was never asked")
    sys.exit(contract.breaches != 0)


main(sys.argv[1:])
