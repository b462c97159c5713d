"""The equations in the docstrings of the model's rules: read, and evaluated on a filled model.

The notation. A relation (``==``, ``<=``, ``>=``) joins two sides; a goal's formula is one side. A side adds and subtracts
products, with ``·`` and ``/``, of numbers, components with their indices (``unit_cost[p,i]``), sums and brackets.

* ``Σ_p,i`` is a sum over everything that exists: all p and i for which each component of the product has a member.
* ``Σ_{p,i in OFFERS_OF[f]}`` is a sum over a set of the model, ``Σ_{f in FUNDS, t in PERIODS}`` over several.
* A sum takes the whole product that follows it, and no more.
* An index is a letter of the rule or of a sum, a letter less a lag (``t-1``, ``t-lead_time[p,i]``), ``last`` or ``end`` (the
  last period that is planned, of the horizon), or a code (``common``).
* What has no member at an index is 0 there.
"""

import ast
import re
from pathlib import Path

import aidplan_models
from pyomo.environ import value

TOKEN = re.compile(r"\s*(==|<=|>=|Σ_|\d+(?:\.\d+)?|\w+|[-+·/()\[\]{},])")
UNIT = re.compile(r"(.*) \[([a-z ]+)\]")
"""An index follows its component at once; a unit stands apart."""
PERIODS_BY_NAME = {"last": "LAST", "end": "END"}


def rules(names):
    """Rule -> (its arguments after the model, the equation of its docstring, the unit that it tells)."""
    found = {}
    for source in Path(aidplan_models.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.decorator_list and node.name in names:
                text = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split()).removesuffix(".")
                told = UNIT.fullmatch(text)
                equation, unit = told.groups() if told else (text, "")
                found[node.name] = ([each.arg for each in node.args.args[1:]], equation, unit)
    return found


class Equation:
    """A parsed equation: ``left``, ``sense`` and ``right`` (the last two "" and None of a goal's formula)."""

    def __init__(self, text):
        self.text, self.at = text, 0
        self.tokens = TOKEN.findall(text)
        assert "".join(self.tokens) == re.sub(r"\s", "", text), f"cannot read {text}"
        self.left = self.side()
        self.sense, self.right = "", None
        if self.peek() in ("==", "<=", ">="):
            self.sense = self.take()
            self.right = self.side()
        assert self.peek() is None, f"{text}: cannot read from {self.tokens[self.at :]}"

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, expected=None):
        token = self.peek()
        assert token is not None, f"{self.text}: more is expected"
        assert expected in (None, token), f"{self.text}: {expected} expected, {token} found"
        self.at += 1
        return token

    def side(self):
        terms, sign = [], 1
        if self.peek() == "-":
            sign = -1 if self.take() else 1
        terms.append((sign, self.product()))
        while self.peek() in ("+", "-"):
            sign = 1 if self.take() == "+" else -1
            terms.append((sign, self.product()))
        return ("side", terms)

    def product(self):
        factors = [("·", self.factor())]
        while self.peek() in ("·", "/"):
            factors.append((self.take(), self.factor()))
        return ("product", factors)

    def factor(self):
        token = self.take()
        if token == "(":
            inner = self.side()
            self.take(")")
            return inner
        if token == "Σ_":
            return self.sum_over()
        if token[0].isdigit():
            return ("number", float(token))
        return ("component", token, self.indices() if self.peek() == "[" else [])

    def sum_over(self):
        if self.peek() != "{":
            letters = [self.take()]
            while self.peek() == ",":
                self.take()
                letters.append(self.take())
            return ("sum", [(letters, None)], self.product())
        self.take("{")
        ranges, letters = [], [self.take()]
        while True:
            token = self.take()
            if token == "in":
                name = self.take()
                ranges.append((letters, (name, self.indices() if self.peek() == "[" else [])))
                letters = []
                if self.take() == "}":
                    return ("sum", ranges, self.product())
                letters = [self.take()]
            else:
                assert token == ",", f"{self.text}: cannot read {token} in a sum's range"
                letters.append(self.take())

    def indices(self):
        self.take("[")
        found = []
        while True:
            letter = self.take()
            lag = None
            if self.peek() == "-":
                self.take()
                lag = self.factor()
            found.append((letter, lag))
            if self.take() == "]":
                return found


class Evaluated:
    """Sides of equations, evaluated at the values that the variables of ``model`` have."""

    def __init__(self, model):
        self.model = model
        self.by_known = {}

    def of(self, node, known):
        """The number of a part of an equation; ``known`` are the letters that are bound."""
        kind = node[0]
        if kind == "number":
            return node[1]
        if kind == "side":
            return sum(sign * self.of(term, known) for sign, term in node[1])
        if kind == "product":
            result = 1.0
            for operator, factor in node[1]:
                number = self.of(factor, known)
                result = result * number if operator == "·" else result / number
            return result
        if kind == "sum":
            return sum(self.of(node[2], {**known, **more}) for more in self.range_of(node, known))
        if not node[2] and node[1] in known:
            return known[node[1]]
        component = self.component(node[1])
        index = tuple(self.index(each, known) for each in node[2])
        if not index:
            return value(component)
        index = index if len(index) > 1 else index[0]
        return value(component[index]) if index in component else 0.0

    def component(self, name):
        found = self.model.find_component(name)
        assert found is not None, f"the model has no {name}"
        return found

    def index(self, each, known):
        letter, lag = each
        if lag is not None:
            return known[letter] - int(self.of(lag, known))
        if letter in PERIODS_BY_NAME:
            return next(iter(self.component(PERIODS_BY_NAME[letter])))
        return known.get(letter, letter)

    def range_of(self, node, known):
        """The letters' values over which a sum goes, each once."""
        found = [{}]
        for letters, over in node[1]:
            if over is None:
                found = self.existing(letters, node[2], known)
                continue
            name, index = over
            members = self.component(name)
            key = tuple(self.index(each, known) for each in index)
            members = members if not key else members[key if len(key) > 1 else key[0]]
            rows = [member if isinstance(member, tuple) else (member,) for member in members]
            found = [{**so_far, **dict(zip(letters, row, strict=True))} for so_far in found for row in rows]
        return found

    def existing(self, letters, product, known):
        """Values of the letters for which every component of the product has a member."""
        found, free = [{}], set(letters)
        for name, index in components(product):
            if not free & {letter for letter, _ in index}:
                continue
            found = [
                {**so_far, **more} for so_far in found for more in self.matching(name, index, {**known, **so_far}, free)
            ]
        assert not found or found[0].keys() == free, f"nothing says over what {free} go"
        return found

    def matching(self, name, index, known, free):
        """What the free letters of one component may be where the others are known."""
        open_ = [n for n, (letter, lag) in enumerate(index) if lag is None and letter in free and letter not in known]
        fixed = tuple(self.index(each, known) for n, each in enumerate(index) if n not in open_)
        groups = self.by_known.get((name, tuple(open_)))
        if groups is None:
            groups = self.by_known[name, tuple(open_)] = {}
            for member in list(self.component(name)):
                row = member if isinstance(member, tuple) else (member,)
                key = tuple(part for n, part in enumerate(row) if n not in open_)
                groups.setdefault(key, []).append([row[n] for n in open_])
        return [dict(zip((index[n][0] for n in open_), row, strict=True)) for row in groups.get(fixed, [])]


def components(node):
    """Every component of a part of an equation, with its indices."""
    if node[0] == "component":
        yield node[1], node[2]
    elif node[0] in ("side", "product"):
        for _, part in node[1]:
            yield from components(part)
    elif node[0] == "sum":
        yield from components(node[2])
