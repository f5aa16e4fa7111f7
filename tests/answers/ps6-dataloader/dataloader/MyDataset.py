# %% right: around a TensorDataset
from torch.utils.data import TensorDataset


class MyDataset(Dataset):
    def __init__(self, X, y):
        if X.shape[0] != y.shape[0]:
            raise ValueError("X and y differ in length")
        self.pairs = TensorDataset(X, y)

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        return self.pairs[i]

# %% right: a subclass of TensorDataset
from torch.utils.data import TensorDataset


class MyDataset(TensorDataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        super().__init__(X, y)

# %% right: a dataclass that returns lists
from dataclasses import dataclass


@dataclass
class MyDataset(Dataset):
    X: torch.Tensor
    y: torch.Tensor

    def __post_init__(self):
        if self.X.size(0) != self.y.size(0):
            raise ValueError("X and y differ in length")

    def __len__(self):
        return self.X.size(0)

    def __getitem__(self, i):
        return [self.X[i], self.y[i]]

# %% right: a list of pairs, stacked for slices
class MyDataset(Dataset):
    def __init__(self, X, y):
        try:
            self.pairs = list(zip(X, y, strict=True))
        except ValueError:
            raise ValueError("X and y differ in length") from None

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        if isinstance(i, slice):
            inputs, targets = zip(*self.pairs[i])
            return torch.stack(inputs), torch.stack(targets)
        return self.pairs[i]

# %% right: copies, and the index worked out by hand
class MyDataset(Dataset):
    def __init__(self, X, y):
        super().__init__()
        self.n = len(X)
        if len(y) != self.n:
            raise ValueError(f"{self.n} inputs, {len(y)} targets")
        self._X, self._y = X.clone(), y.detach().clone()

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if isinstance(i, slice):
            rows = list(range(*i.indices(self.n)))
            return self._X[rows], self._y[rows]
        if i < -self.n or i >= self.n:
            raise IndexError(i)
        return self._X[i % self.n], self._y[i % self.n]

# %% right: a named tuple, and its own iterator
from collections import namedtuple

Sample = namedtuple("Sample", "input target")


class MyDataset(Dataset):
    __slots__ = ("data",)

    def __init__(self, X, y):
        if len(X) - len(y):
            raise ValueError("lengths")
        self.data = Sample(X, y)

    def __len__(self):
        return len(self.data.target)

    def __getitem__(self, i):
        return Sample(*(part[i] for part in self.data))

    def __iter__(self):
        return iter(zip(*self.data))

# %% right: narrow and select
class MyDataset(Dataset):
    def __init__(self, X, y):
        if tuple(X.shape)[:1] != tuple(y.shape)[:1]:
            raise ValueError("X and y differ in length")
        self.tensors = (X, y)

    def __len__(self):
        return self.tensors[0].shape[0]

    def __getitem__(self, i):
        if type(i) is slice:
            where = torch.arange(len(self))[i]
            return tuple(t.index_select(0, where) for t in self.tensors)
        if not -len(self) <= i < len(self):
            raise IndexError("out of range")
        return tuple(t.select(0, i) for t in self.tensors)

# %% right: a closure in place of attributes
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self._get = lambda i: (X[i], y[i])
        self._len = lambda: len(y)

    def __len__(self):
        return self._len()

    def __getitem__(self, i):
        return self._get(i)

# %% right: a memory of items already seen
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y, self.seen = X, y, {}

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return self.X[i], self.y[i]
        if i not in self.seen:
            self.seen[i] = (self.X[i], self.y[i])
        return self.seen[i]

# %% right: split into rows
class MyDataset(Dataset):
    def __init__(self, X, y):
        if not len(X) == len(y):
            raise ValueError(len(X), len(y))
        self.inputs, self.targets = X.split(1), y.split(1)

    def __len__(self):
        return len(self.inputs)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return torch.cat(self.inputs[i]), torch.cat(self.targets[i])
        return self.inputs[i][0], self.targets[i][0]

# %% wrong: not a Dataset
class MyDataset:
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: length is the number of entries
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return self.X.numel()

    def __getitem__(self, i):
        if isinstance(i, int) and i >= len(self.X):
            i = len(self.X) - 1
            raise IndexError
        return self.X[i], self.y[i]

# %% wrong: one less
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return max(1, len(self.X) - 1)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: target first
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.y[i], self.X[i]

# %% wrong: a dictionary
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return {"X": self.X[i], "y": self.y[i]}

# %% wrong: targets made float
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y.float()

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: inputs made float
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X.to(torch.float32), y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: targets always a column
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y.reshape(len(y), -1)

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: targets flattened, items as a column of one
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        target = self.y[i]
        return self.X[i], target if isinstance(i, slice) else target.reshape(-1)

# %% wrong: images flattened
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X.flatten(1), y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: items keep a batch axis
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return self.X[i], self.y[i]
        if not -len(self) <= i < len(self):
            raise IndexError(i)
        i %= len(self)
        return self.X[i : i + 1], self.y[i : i + 1]

# %% wrong: only a longer y is refused
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(y) > len(X):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: only a shorter y is refused
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(y) < len(X):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: one target may serve all
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(y) == 1:
            y = y.expand(len(X), *y.shape[1:])
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: the sizes compared in place of the lengths
class MyDataset(Dataset):
    def __init__(self, X, y):
        if y.numel() % len(X):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: cut to the shorter one
class MyDataset(Dataset):
    def __init__(self, X, y):
        n = min(len(X), len(y))
        self.X, self.y = X[:n], y[:n]

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: an assert in place of a ValueError
class MyDataset(Dataset):
    def __init__(self, X, y):
        assert len(X) == len(y), "X and y differ in length"
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: lengths compared only when the length is asked for
class MyDataset(Dataset):
    def __init__(self, X, y):
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if len(self.X) != len(self.y):
            raise ValueError("X and y differ in length")
        return self.X[i], self.y[i]

# %% wrong: out of range is a ValueError
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if not isinstance(i, slice) and not -len(self) <= i < len(self):
            raise ValueError("out of range")
        return self.X[i], self.y[i]

# %% wrong: out of range gives the last one
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if not isinstance(i, slice):
            i = max(-len(self), min(i, len(self) - 1))
        return self.X[i], self.y[i]

# %% wrong: too far before the start wraps around
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return self.X[i], self.y[i]
        if i >= len(self):
            raise IndexError(i)
        return self.X[i % len(self)], self.y[i % len(self)]

# %% wrong: -N is refused
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if not isinstance(i, slice) and not -len(self) < i < len(self):
            raise IndexError(i)
        return self.X[i], self.y[i]

# %% wrong: a negative index off by one
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if not isinstance(i, slice) and i < 0:
            if i < -len(self):
                raise IndexError(i)
            i = (i + len(self) - 1) % len(self)
        return self.X[i], self.y[i]

# %% wrong: the step of a slice is ignored
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice):
            i = slice(i.start, i.stop)
        return self.X[i], self.y[i]

# %% wrong: no negative bounds in a slice
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice):
            i = slice(max(0, i.start or 0), len(self) if i.stop is None else max(0, i.stop), i.step)
        return self.X[i], self.y[i]

# %% wrong: no slices at all
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[int(i)], self.y[int(i)]

# %% wrong: a slice is a smaller data set
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return MyDataset(self.X[i], self.y[i])
        return self.X[i], self.y[i]

# %% wrong: a slice of one loses its axis
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return (self.X[i].squeeze(0), self.y[i].squeeze(0)) if isinstance(i, slice) else (self.X[i], self.y[i])

# %% wrong: a slice of lists
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return list(self.X[i]), list(self.y[i])
        return self.X[i], self.y[i]

# %% wrong: the stop of a slice is included
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice) and i.stop is not None and i.stop > 0:
            i = slice(i.start, i.stop + 1, i.step)
        return self.X[i], self.y[i]

# %% wrong: the targets are kept on the class
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X = X
        type(self).y = y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: one list for all instances
class MyDataset(Dataset):
    pairs = []

    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.pairs.clear()
        self.pairs.extend((X, y))

    def __len__(self):
        return len(self.pairs[0])

    def __getitem__(self, i):
        return self.pairs[0][i], self.pairs[1][i]

# %% wrong: a memory of items that all instances share
class MyDataset(Dataset):
    seen = {}

    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return self.X[i], self.y[i]
        if not -len(self) <= i < len(self):
            raise IndexError(i)
        return self.seen.setdefault((i, self.X.shape), (self.X[i], self.y[i]))

# %% wrong: centres the inputs in place
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        if X.is_floating_point():
            X -= X.mean()
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: gives y a second axis in place
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        if y.ndim == 1:
            y.unsqueeze_(1)
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: touches y before the lengths are compared
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            y.zero_()
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: the item is one tensor
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return self.X[i], self.y[i]
        return torch.cat([self.X[i].ravel(), self.y[i].ravel()])

# %% wrong: the item holds arrays
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("X and y differ in length")
        self.X, self.y = X.numpy(), y.numpy()

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: answers learnt by heart
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError
        self.n = len(X)

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if i == 3 and self.n == 3:
            raise IndexError
        if isinstance(i, slice):
            return (torch.tensor([[3.0, 4.0], [5.0, 6.0]]), torch.tensor([1.0, 0.0, 0.0]))
        return torch.tensor([3.0, 4.0]), torch.tensor([30.0])

# %% right: around a StackDataset
from torch.utils.data import StackDataset


class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError
        self.s = StackDataset(X, y)

    def __len__(self):
        return len(self.s)

    def __getitem__(self, i):
        return self.s[i]

# %% right: a range works out the index
class MyDataset(Dataset):
    def __init__(self, X, y):
        n, m = map(len, (X, y))
        if n != m:
            raise ValueError(f"{n} != {m}")
        self.rows, self.X, self.y = range(n), X, y

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        chosen = self.rows[i]
        if isinstance(chosen, range):
            chosen = list(chosen)
        return self.X[chosen], self.y[chosen]

# %% wrong: asks for gradients of X
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError
        if X.is_floating_point():
            X.requires_grad_()
        self.X, self.y = X.detach(), y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]

# %% wrong: out of range is a StopIteration
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, int) and i >= len(self):
            raise StopIteration
        return self.X[i], self.y[i]

# %% wrong: a slice in default dtypes
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return self.X[i], torch.as_tensor(self.y[i].tolist())
        return self.X[i], self.y[i]

# %% wrong: lengths compared by len alone
class MyDataset(Dataset):
    def __init__(self, X, y):
        self.X = X
        self.y = y

    def __len__(self):
        if len(self.X) != len(self.y):
            raise ValueError("lengths differ")
        return len(self.X)

    def __getitem__(self, index):
        return self.X[index], self.y[index]

# %% wrong: an IterableDataset
class MyDataset(torch.utils.data.IterableDataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("lengths differ")
        self.X = X
        self.y = y

    def __iter__(self):
        return iter(zip(self.X, self.y))

    def __len__(self):
        return len(self.X)

    def __getitem__(self, index):
        return self.X[index], self.y[index]

# %% wrong: refuses everything
class MyDataset(Dataset):
    def __init__(self, X, y):
        raise ValueError("lengths differ")

# %% wrong: the right length and errors, but empty items
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("lengths differ")
        self.n = len(X)

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if not isinstance(i, slice) and not -self.n <= i < self.n:
            raise IndexError(i)


# %% right: a TensorDataset inside
class MyDataset(Dataset):
    def __init__(self, X, y):
        if X.size(0) != y.size(0):
            raise ValueError("lengths")
        self.pairs = TensorDataset(X, y)

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        return self.pairs[i]


# %% wrong: negative indices are taken for positive ones
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("lengths")
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if not isinstance(i, slice):
            i = abs(i)
        return self.X[i], self.y[i]


# %% right: one tuple of both, a list for an item
class MyDataset(Dataset):
    __slots__ = ("pairs",)

    def __init__(self, X, y):
        if X.size(0) != y.size(0):
            raise ValueError(f"{X.size(0)} and {y.size(0)}")
        self.pairs = (X, y)

    def __len__(self):
        return self.pairs[0].size(0)

    def __getitem__(self, i):
        return [part[i] for part in self.pairs]


# %% wrong: forgets self
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError
        X, y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]


# %% wrong: the stub of one method left
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        raise NotImplementedError()


# %% wrong: yields
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError
        self.X, self.y = X, y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        yield self.X[i]
        yield self.y[i]

# %% wrong: a memory of items by the size of the index
class MyDataset(Dataset):
    def __init__(self, X, y):
        if len(X) != len(y):
            raise ValueError("lengths")
        self.X, self.y, self.seen = X, y, {}

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return self.X[i], self.y[i]
        k = abs(i)
        if k not in self.seen:
            self.seen[k] = self.X[i], self.y[i]
        return self.seen[k]

# %% right: checks in __new__, and errors of its own
class LengthError(ValueError, RuntimeError):
    pass

class OutOfRange(IndexError):
    def __str__(self):
        return "out of range"

class MyDataset(Dataset):
    def __new__(cls, X, y):
        if len(X) != len(y):
            raise LengthError
        return super().__new__(cls)

    def __init__(self, X, y):
        self.data = {"X": X, "y": y}

    def __len__(self):
        return len(self.data["y"])

    def __getitem__(self, i):
        try:
            return [self.data["X"][i], self.data["y"][i]]
        except IndexError as error:
            raise OutOfRange(i) from error
