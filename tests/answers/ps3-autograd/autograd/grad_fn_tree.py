# %% right: an extra argument for the depth
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [(depth, fn.__class__.__name__)]
    for child, _ in fn.next_functions:
        tree.extend(grad_fn_tree(child, depth + 1))
    return tree

# %% right: a stack in place of recursion
def grad_fn_tree(fn):
    tree, stack = [], [(0, fn)]
    while stack:
        depth, node = stack.pop()
        if node is None:
            continue
        tree.append([depth, type(node).__name__])
        for child, _ in reversed(node.next_functions):
            stack.append((depth + 1, child))
    return tree

# %% right: an inner generator, collected in a tuple
def grad_fn_tree(fn):
    def walk(node, depth):
        if node is not None:
            yield depth, type(node).__name__
            for child, _ in node.next_functions:
                yield from walk(child, depth + 1)

    return tuple(walk(fn, 0))

# %% right: an inner function appends to a list outside
def grad_fn_tree(fn):
    pairs = []

    def visit(node, depth):
        if node is None:
            return
        pairs.append((depth, node.__class__.__qualname__))
        if hasattr(node, "next_functions"):
            for sub, _ in node.next_functions:
                visit(sub, depth + 1)

    visit(fn, 0)
    return pairs

# %% right: recursion with a list as argument that is made anew
def grad_fn_tree(fn, depth=0, tree=None):
    tree = [] if tree is None else tree
    if fn is not None:
        tree.append((depth, type(fn).__name__))
        for sub in fn.next_functions:
            grad_fn_tree(sub[0], depth + 1, tree)
    return tree

# %% right: one expression
def grad_fn_tree(fn):
    return [] if not fn else [(0, type(fn).__name__)] + [
        (depth + 1, name) for child, _ in fn.next_functions for depth, name in grad_fn_tree(child)
    ]

# %% right: a deque of pairs, children put in front
from collections import deque

def grad_fn_tree(fn):
    waiting, seen = deque([(0, fn)] if fn is not None else []), deque()
    while waiting:
        depth, node = waiting.popleft()
        seen.append((depth, type(node).__name__))
        waiting.extendleft((depth + 1, child) for child, _ in node.next_functions[::-1] if child is not None)
    return seen

# %% right: named tuples, and the name from the text of the class
from collections import namedtuple

Entry = namedtuple("Entry", "depth name")

def grad_fn_tree(fn):
    entries = []

    def add(node, depth):
        entries.append(Entry(depth, str(type(node)).split("'")[1].split(".")[-1]))
        for child in (pair[0] for pair in node.next_functions):
            if child is not None:
                add(child, depth + 1)

    if fn is not None:
        add(fn, 0)
    return entries

# %% right: an object array with two columns
def grad_fn_tree(fn):
    def walk(node, depth):
        if node is None:
            return []
        return [[depth, type(node).__name__]] + sum((walk(c, depth + 1) for c, _ in node.next_functions), [])

    return np.array(walk(fn, 0), dtype=object)

# %% right: depths as NumPy integers
def grad_fn_tree(fn):
    rows = []

    def down(node, path):
        rows.append((np.int64(len(path)), type(node).__name__))
        for child, _ in node.next_functions:
            if child is not None:
                down(child, [*path, node])

    if fn is not None:
        down(fn, [])
    return rows

# %% right: a class that remembers while it walks
class Walker:
    def __init__(self):
        self.pairs = []

    def walk(self, node, depth=0):
        if node is not None:
            self.pairs += [(depth, node.__class__.__name__)]
            list(map(lambda pair: self.walk(pair[0], depth + 1), node.next_functions))
        return self.pairs

def grad_fn_tree(fn):
    return Walker().walk(fn)

# %% wrong: a generator
def grad_fn_tree(fn, depth=0):
    if fn is not None:
        yield depth, type(fn).__name__
        for child, _ in fn.next_functions:
            yield from grad_fn_tree(child, depth + 1)

# %% wrong: children before their parents
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = []
    for child, _ in fn.next_functions:
        tree += grad_fn_tree(child, depth + 1)
    return tree + [(depth, type(fn).__name__)]

# %% wrong: children in reverse order
def grad_fn_tree(fn):
    tree, stack = [], [(0, fn)]
    while stack:
        depth, node = stack.pop()
        if node is None:
            continue
        tree.append((depth, type(node).__name__))
        for child, _ in node.next_functions:
            stack.append((depth + 1, child))
    return tree

# %% wrong: the class in place of its name
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [(depth, type(fn))]
    for child, _ in fn.next_functions:
        tree += grad_fn_tree(child, depth + 1)
    return tree

# %% wrong: name first, depth second
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [(type(fn).__name__, depth)]
    for child, _ in fn.next_functions:
        tree += grad_fn_tree(child, depth + 1)
    return tree

# %% wrong: only the first child is followed
def grad_fn_tree(fn):
    tree, depth = [], 0
    while fn is not None:
        tree.append((depth, type(fn).__name__))
        fn = fn.next_functions[0][0] if fn.next_functions else None
        depth += 1
    return tree

# %% wrong: the leaves are left out
def grad_fn_tree(fn, depth=0):
    if fn is None or not fn.next_functions:
        return []
    tree = [(depth, type(fn).__name__)]
    for child, _ in fn.next_functions:
        tree += grad_fn_tree(child, depth + 1)
    return tree

# %% wrong: the walk ends at the first None
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [(depth, type(fn).__name__)]
    for child, _ in fn.next_functions:
        if child is None:
            break
        tree += grad_fn_tree(child, depth + 1)
    return tree

# %% wrong: names without the ending Backward0
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [(depth, type(fn).__name__.replace("Backward0", ""))]
    for child, _ in fn.next_functions:
        tree += grad_fn_tree(child, depth + 1)
    return tree

# %% wrong: lists inside lists
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [(depth, type(fn).__name__)]
    for child, _ in fn.next_functions:
        if child is not None:
            tree.append(grad_fn_tree(child, depth + 1))
    return tree

# %% wrong: None for None
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return None
    tree = [(depth, type(fn).__name__)]
    for child, _ in fn.next_functions:
        tree += grad_fn_tree(child, depth + 1) or []
    return tree

# %% wrong: None is no node and raises an error
def grad_fn_tree(fn):
    tree = [(0, type(fn).__name__)]
    for child, _ in fn.next_functions:
        if child is not None:
            tree += [(depth + 1, name) for depth, name in grad_fn_tree(child)]
    return tree

# %% wrong: a set of pairs, in which equal pairs appear once
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = {(depth, type(fn).__name__): None}
    for child, _ in fn.next_functions:
        tree.update(dict.fromkeys(grad_fn_tree(child, depth + 1)))
    return list(tree)

# %% wrong: indents as text
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [" " * depth + type(fn).__name__]
    for child, _ in fn.next_functions:
        tree += grad_fn_tree(child, depth + 1)
    return tree

# %% wrong: the nodes are run on the way, which puts gradients on the leaves
def grad_fn_tree(fn, depth=0, gradient=None):
    if fn is None:
        return []
    gradient = torch.tensor(1.0) if gradient is None else gradient
    result = fn(gradient.detach())
    results = result if isinstance(result, tuple) else (result,)
    tree = [(depth, type(fn).__name__)]
    for i, (child, _) in enumerate(fn.next_functions):
        part = results[i] if i < len(results) and results[i] is not None else gradient
        tree += grad_fn_tree(child, depth + 1, part)
    return tree

# %% wrong: a second call of the same node gives nothing
seen_before = set()

def grad_fn_tree(fn, depth=0):
    if fn is None or (depth == 0 and fn in seen_before):
        return []
    if depth == 0:
        seen_before.add(fn)
    tree = [(depth, type(fn).__name__)]
    for child, _ in fn.next_functions:
        tree += grad_fn_tree(child, depth + 1)
    return tree

# %% wrong: a shared node is listed again without its branch
def grad_fn_tree(fn):
    seen = set()

    def walk(node, depth):
        if node is None:
            return []
        tree = [(depth, type(node).__name__)]
        if node not in seen:
            seen.add(node)
            for child, _ in node.next_functions:
                tree += walk(child, depth + 1)
        return tree

    return walk(fn, 0)

# %% right: the branch of each node is kept, with depths from that node on
def grad_fn_tree(fn):
    branches = {}

    def branch(node):
        if node not in branches:
            branches[node] = [(0, type(node).__name__)]
            for child, _ in node.next_functions:
                if child is not None:
                    branches[node] += [(depth + 1, name) for depth, name in branch(child)]
        return branches[node]

    return [] if fn is None else list(branch(fn))

# %% wrong: the branch of a shared node is kept with the depths of its first place
def grad_fn_tree(fn):
    branches = {}

    def branch(node, depth):
        if node is None:
            return []
        if node not in branches:
            branches[node] = [(depth, type(node).__name__)]
            for child, _ in node.next_functions:
                branches[node] += branch(child, depth + 1)
        return branches[node]

    return branch(fn, 0)

# %% wrong: numpy turns depths into strings
def grad_fn_tree(fn):
    rows = []
    def rec(node, d):
        if node is None:
            return
        rows.append((d, type(node).__name__))
        for c, _ in node.next_functions:
            rec(c, d + 1)
    rec(fn, 0)
    return np.array(rows)

# %% wrong: only classes whose name ends in 0 are followed
def grad_fn_tree(fn, d=0):
    if fn is None:
        return []
    rows = [(d, type(fn).__name__)]
    if rows[0][1].endswith("0"):
        for c, _ in fn.next_functions:
            rows += grad_fn_tree(c, d + 1)
    return rows


# %% wrong: as long as a chain of three nodes
def grad_fn_tree(fn):
    return [] if fn is None else [0, 0, 0]

# %% wrong: always the same chain
def grad_fn_tree(fn):
    if fn is None:
        return []
    return [(0, "ExpBackward0"), (1, "SinBackward0"), (2, "AccumulateGrad")]


# %% right: a stack instead of recursion
def grad_fn_tree(fn):
    tree, waiting = [], [(0, fn)]
    while waiting:
        depth, node = waiting.pop()
        if node is not None:
            tree.append((depth, node.__class__.__name__))
            waiting.extend((depth + 1, child) for child, _ in reversed(node.next_functions))
    return tree


# %% wrong: a stack that turns the children round
def grad_fn_tree(fn):
    tree, waiting = [], [(0, fn)]
    while waiting:
        depth, node = waiting.pop()
        if node is not None:
            tree.append((depth, type(node).__name__))
            waiting.extend((depth + 1, child) for child, _ in node.next_functions)
    return tree


# %% right: an inner generator with yield from
def grad_fn_tree(fn):
    def walk(node, depth):
        if node is not None:
            yield depth, node.__class__.__qualname__
            for child, _ in node.next_functions:
                yield from walk(child, depth + 1)

    return [*walk(fn, 0)]


# %% wrong: recursion whose results are dropped
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [(depth, type(fn).__name__)]
    for child, _ in fn.next_functions:
        grad_fn_tree(child, depth + 1)
    return tree


# %% wrong: append in place of extend
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [(depth, type(fn).__name__)]
    for child, _ in fn.next_functions:
        tree.append(grad_fn_tree(child, depth + 1))
    return tree


# %% wrong: the tuples of next_functions passed on
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [(depth, type(fn).__name__)]
    for child in fn.next_functions:
        tree += grad_fn_tree(child, depth + 1)
    return tree


# %% wrong: depth not raised
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [(depth, type(fn).__name__)]
    for child, _ in fn.next_functions:
        tree += grad_fn_tree(child, depth)
    return tree


# %% equivalent: a new list holds the same pairs
-        tree += [(depth + 1, name) for depth, name in grad_fn_tree(child)]
+        tree = tree + [(depth + 1, name) for depth, name in grad_fn_tree(child)]

# %% wrong: a dictionary by class
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return {}
    tree = {type(fn).__name__: depth}
    for child, _ in fn.next_functions:
        tree |= grad_fn_tree(child, depth + 1)
    return tree

# %% wrong: prints, and returns nothing
def grad_fn_tree(fn, depth=0):
    if fn is not None:
        print(depth, type(fn).__name__)
        for child, _ in fn.next_functions:
            grad_fn_tree(child, depth + 1)
