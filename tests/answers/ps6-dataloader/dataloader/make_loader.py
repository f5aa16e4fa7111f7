# %% right: match
def make_loader(dataset, method, batch_size=16, seed=0):
    match method:
        case "batch":
            size = len(dataset)
        case "minibatch":
            size = batch_size
        case "sgd":
            size = 1
        case _:
            raise ValueError(method)
    g = torch.Generator()
    g.manual_seed(seed)
    return DataLoader(dataset, size, shuffle=method != "batch", generator=g)

# %% right: a RandomSampler with its own generator
from torch.utils.data import RandomSampler


def make_loader(dataset, method, batch_size=16, seed=0):
    if method == "batch":
        return DataLoader(dataset, batch_size=len(dataset))
    if method not in ("minibatch", "sgd"):
        raise ValueError("method: batch, minibatch or sgd")
    order = RandomSampler(dataset, generator=torch.Generator().manual_seed(seed))
    return DataLoader(dataset, batch_size=batch_size if method == "minibatch" else 1, sampler=order, drop_last=False)

# %% right: a batch sampler written by hand, on NumPy's generator
def make_loader(dataset, method, batch_size=16, seed=0):
    n = len(dataset)
    sizes = dict(batch=n, minibatch=batch_size, sgd=1)
    if method not in sizes:
        raise ValueError(f"no method {method}")
    rng = np.random.default_rng(seed)

    class Batches:
        def __len__(self):
            return math.ceil(n / sizes[method])

        def __iter__(self):
            order = rng.permutation(n)
            for start in range(0, n, sizes[method]):
                yield order[start : start + sizes[method]].tolist()

    return DataLoader(dataset, batch_sampler=Batches())

# %% right: a loader of its own, that counts its epochs
def make_loader(dataset, method, batch_size=16, seed=0):
    if method not in ["batch", "minibatch", "sgd"]:
        raise ValueError("unknown method")

    class Loader:
        epoch = 0

        def __iter__(self):
            n = len(dataset)
            size = {"batch": n, "sgd": 1}.get(method, batch_size)
            generator = torch.Generator().manual_seed(1000003 * seed + self.epoch)
            self.epoch += 1
            for rows in torch.randperm(n, generator=generator).split(size):
                items = [dataset[i] for i in rows.tolist()]
                yield torch.stack([x for x, _ in items]), torch.stack([y for _, y in items])

    return Loader()

# %% right: the global state saved and put back
def make_loader(dataset, method, batch_size=16, seed=0):
    if method not in {"batch", "minibatch", "sgd"}:
        raise ValueError(method)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        own = torch.Generator()
        own.set_state(torch.get_rng_state())
    size = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}[method]
    return DataLoader(dataset=dataset, batch_size=size, shuffle=True, generator=own, num_workers=0)

# %% right: Python's own random numbers
import random

from torch.utils.data import Sampler


class Order(Sampler):
    def __init__(self, n, seed):
        self.n, self.random = n, random.Random(seed)

    def __len__(self):
        return self.n

    def __iter__(self):
        return iter(self.random.sample(range(self.n), self.n))


def make_loader(dataset, method, batch_size=16, seed=0):
    if method == "batch":
        size = max(len(dataset), 1)
    elif method == "minibatch":
        size = batch_size
    elif method == "sgd":
        size = 1
    else:
        raise ValueError
    return DataLoader(dataset, batch_size=size, sampler=Order(len(dataset), seed))

# %% right: try and except around the table
def make_loader(dataset, method, batch_size=16, seed=0):
    try:
        size = {"batch": None, "minibatch": batch_size, "sgd": 1}[method]
    except KeyError as error:
        raise ValueError(f"unknown method {method!r}") from error
    generator = torch.Generator()
    generator.manual_seed(seed + 12345)
    return DataLoader(dataset, batch_size=size or len(dataset), shuffle=True, generator=generator)

# %% right: two samplers, one around the other
from torch.utils.data import BatchSampler, RandomSampler, SequentialSampler


def make_loader(dataset, method, batch_size=16, seed=0):
    if method not in ("batch", "minibatch", "sgd"):
        raise ValueError(method)
    if method == "batch":
        return DataLoader(dataset, batch_sampler=BatchSampler(SequentialSampler(dataset), len(dataset), False))
    generator = torch.Generator().manual_seed(seed)
    sampler = BatchSampler(RandomSampler(dataset, generator=generator), batch_size if method == "minibatch" else 1, False)
    return DataLoader(dataset, batch_sampler=sampler)

# %% right: a subclass of DataLoader that reseeds by the epoch
def make_loader(dataset, method, batch_size=16, seed=0):
    if method not in ("batch", "minibatch", "sgd"):
        raise ValueError(method)

    class Loader(DataLoader):
        def __iter__(self):
            self.generator.manual_seed(hash((seed, getattr(self, "epoch", 0))) % 2**40)
            self.epoch = getattr(self, "epoch", 0) + 1
            return super().__iter__()

    size = len(dataset) if method == "batch" else 1 if method == "sgd" else batch_size
    return Loader(dataset, batch_size=size, shuffle=True, generator=torch.Generator())

# %% right: sorted by random keys
def make_loader(dataset, method, batch_size=16, seed=0):
    n, generator = len(dataset), torch.Generator().manual_seed(seed)
    if method not in ("batch", "minibatch", "sgd"):
        raise ValueError(method)
    size = (n, batch_size, 1)[("batch", "minibatch", "sgd").index(method)]

    class Epochs:
        def __len__(self):
            return -(-n // size)

        def __iter__(self):
            keys = torch.rand(n, generator=generator, dtype=torch.float64)
            return iter(keys.argsort().split(size))

    return DataLoader(dataset, batch_sampler=Epochs())

# %% wrong: 'sgd' takes batch_size
def make_loader(dataset, method, batch_size=16, seed=0):
    if method not in ("batch", "minibatch", "sgd"):
        raise ValueError(method)
    size = len(dataset) if method == "batch" else batch_size
    return DataLoader(dataset, batch_size=size, shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: 'batch' is cut at batch_size where it is given
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset) if batch_size == 16 else batch_size, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: another default
def make_loader(dataset, method, batch_size=32, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: batch_size ignored
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": 16, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: the rest goes into equal batches
def make_loader(dataset, method, batch_size=16, seed=0):
    n, generator = len(dataset), torch.Generator().manual_seed(seed)
    sizes = {"batch": n, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    n_batches = -(-n // sizes[method])

    class Batches:
        def __len__(self):
            return n_batches

        def __iter__(self):
            return iter(torch.randperm(n, generator=generator).tensor_split(n_batches))

    return DataLoader(dataset, batch_sampler=Batches())

# %% wrong: the last batch is filled up with samples seen before
def make_loader(dataset, method, batch_size=16, seed=0):
    n, generator = len(dataset), torch.Generator().manual_seed(seed)
    sizes = {"batch": n, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    size = sizes[method]

    class Batches:
        def __len__(self):
            return -(-n // size)

        def __iter__(self):
            order = torch.randperm(n, generator=generator).tolist()
            return iter([(order + order * size)[k : k + size] for k in range(0, n, size)])

    return DataLoader(dataset, batch_sampler=Batches())

# %% wrong: 'sgd' gives samples without a batch axis
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": None}
    if method not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: drawn with replacement
from torch.utils.data import RandomSampler


def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    if method == "batch":
        return DataLoader(dataset, batch_size=len(dataset))
    sampler = RandomSampler(dataset, replacement=True, generator=torch.Generator().manual_seed(seed))
    return DataLoader(dataset, batch_size=sizes[method], sampler=sampler)

# %% wrong: batches shuffled, samples not
def make_loader(dataset, method, batch_size=16, seed=0):
    n, generator = len(dataset), torch.Generator().manual_seed(seed)
    sizes = {"batch": n, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    batches = list(torch.arange(n).split(sizes[method]))

    class Batches:
        def __len__(self):
            return len(batches)

        def __iter__(self):
            full, rest = [b for b in batches if len(b) == sizes[method]], [b for b in batches if len(b) < sizes[method]]
            return iter([*(full[k] for k in torch.randperm(len(full), generator=generator)), *rest])

    return DataLoader(dataset, batch_sampler=Batches())

# %% wrong: shuffled within the batches only
def make_loader(dataset, method, batch_size=16, seed=0):
    n, generator = len(dataset), torch.Generator().manual_seed(seed)
    sizes = {"batch": n, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)

    class Batches:
        def __len__(self):
            return -(-n // sizes[method])

        def __iter__(self):
            if method == "sgd":
                return iter(torch.randperm(n, generator=generator).split(1))
            return iter([b[torch.randperm(len(b), generator=generator)] for b in torch.arange(n).split(sizes[method])])

    return DataLoader(dataset, batch_sampler=Batches())

# %% wrong: the order only turned
def make_loader(dataset, method, batch_size=16, seed=0):
    n, generator = len(dataset), torch.Generator().manual_seed(seed)
    sizes = {"batch": n, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)

    class Batches:
        def __len__(self):
            return -(-n // sizes[method])

        def __iter__(self):
            start = torch.randint(n, (1,), generator=generator).item()
            return iter(torch.arange(n).roll(start).split(sizes[method]))

    return DataLoader(dataset, batch_sampler=Batches())

# %% wrong: the first sample always comes first
def make_loader(dataset, method, batch_size=16, seed=0):
    n, generator = len(dataset), torch.Generator().manual_seed(seed)
    sizes = {"batch": n, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)

    class Batches:
        def __len__(self):
            return -(-n // sizes[method])

        def __iter__(self):
            rest = torch.randperm(n - 1, generator=generator) + 1
            return iter(torch.cat([torch.tensor([0]), rest]).split(sizes[method]))

    return DataLoader(dataset, batch_sampler=Batches())

# %% wrong: the last sample always comes last
def make_loader(dataset, method, batch_size=16, seed=0):
    n, generator = len(dataset), torch.Generator().manual_seed(seed)
    sizes = {"batch": n, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)

    class Batches:
        def __len__(self):
            return -(-n // sizes[method])

        def __iter__(self):
            rest = torch.randperm(n - 1, generator=generator)
            return iter(torch.cat([rest, torch.tensor([n - 1])]).split(sizes[method]))

    return DataLoader(dataset, batch_sampler=Batches())

# %% wrong: only mini-batches are shuffled
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=method == "minibatch", generator=generator)

# %% wrong: two orders in turn
def make_loader(dataset, method, batch_size=16, seed=0):
    n, generator = len(dataset), torch.Generator().manual_seed(seed)
    sizes = {"batch": n, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    orders = [torch.randperm(n, generator=generator) for _ in range(2)]

    class Batches:
        def __len__(self):
            return -(-n // sizes[method])

        def __iter__(self):
            orders.reverse()
            return iter(orders[0].split(sizes[method]))

    return DataLoader(dataset, batch_sampler=Batches())

# %% wrong: a list of batches, made once
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    generator = torch.Generator().manual_seed(seed)
    return list(DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=generator))

# %% wrong: good for one epoch
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    generator = torch.Generator().manual_seed(seed)
    return iter(DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=generator))

# %% wrong: unseeded
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True)

# %% wrong: the seed is ignored
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(42))

# %% wrong: another default seed
def make_loader(dataset, method, batch_size=16, seed=42):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: one generator for all loaders
shared_generator = torch.Generator()


def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=shared_generator.manual_seed(seed))

# %% wrong: the global generator, seeded
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.default_generator.manual_seed(seed))

# %% wrong: its own generator, but the global one is seeded too
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    torch.manual_seed(seed)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: draws a number from the global state
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    torch.rand(1)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: the first epoch is seeded, the next ones are not
def make_loader(dataset, method, batch_size=16, seed=0):
    n = len(dataset)
    sizes = {"batch": n, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    generators = [torch.Generator().manual_seed(seed)]

    class Batches:
        def __len__(self):
            return -(-n // sizes[method])

        def __iter__(self):
            generator = generators.pop() if generators else None
            return iter(torch.randperm(n, generator=generator).split(sizes[method]))

    return DataLoader(dataset, batch_sampler=Batches())

# %% wrong: names in any case
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method.lower() not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method.lower()], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: names found inside a string
def make_loader(dataset, method, batch_size=16, seed=0):
    if method not in "batch minibatch sgd":
        raise ValueError(method)
    size = {"batch": len(dataset), "sgd": 1}.get(method, batch_size)
    return DataLoader(dataset, batch_size=size, shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: a hyphen is taken for granted
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "mini-batch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: spaces stripped
def make_loader(dataset, method, batch_size=16, seed=0):
    method = method.strip()
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: a KeyError
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: an assert
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    assert method in sizes
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: the error comes when the loop starts
def make_loader(dataset, method, batch_size=16, seed=0):
    generator = torch.Generator().manual_seed(seed)

    class Loader:
        def __iter__(self):
            sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
            if method not in sizes:
                raise ValueError(method)
            return iter(DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=generator))

    return Loader()

# %% wrong: takes the tensors out of the data set
def make_loader(dataset, method, batch_size=16, seed=0):
    from torch.utils.data import TensorDataset

    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    dataset = TensorDataset(*dataset[:])
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: inputs and targets shuffled apart
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    generator = torch.Generator().manual_seed(seed)

    class Apart(Dataset):
        def __len__(self):
            return len(dataset)

        def __getitem__(self, i):
            return dataset[i][0], dataset[len(dataset) - 1 - i][1]

    return DataLoader(Apart(), batch_size=sizes[method], shuffle=True, generator=generator)

# %% right: NumPy's RandomState, and tensors as indices
def make_loader(dataset, method, batch_size=16, seed=0):
    n = len(dataset)
    if method == "batch":
        size = n
    elif method == "minibatch":
        size = batch_size
    elif method == "sgd":
        size = 1
    else:
        raise ValueError(method)
    state = np.random.RandomState(seed)

    class Order:
        def __len__(self):
            return n

        def __iter__(self):
            return iter(torch.from_numpy(state.permutation(n)))

    return DataLoader(dataset, size, sampler=Order())

# %% right: preloads the items
def make_loader(dataset, method, batch_size=16, seed=0):
    if method not in ("batch", "minibatch", "sgd"):
        raise ValueError
    items = [dataset[i] for i in range(len(dataset))]
    size = {"batch": len(items), "minibatch": batch_size, "sgd": 1}[method]
    return DataLoader(items, size, shuffle=method != "batch", generator=torch.Generator().manual_seed(seed))

# %% wrong: cached, so that two calls share one loader
from functools import lru_cache


@lru_cache
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError
    return DataLoader(dataset, sizes[method], shuffle=True, generator=torch.Generator().manual_seed(seed))

# %% wrong: Python's global random state
import random


def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError
    random.seed(seed)

    class S:
        def __len__(self):
            return len(dataset)

        def __iter__(self):
            return iter(random.sample(range(len(dataset)), len(dataset)))

    return DataLoader(dataset, sizes[method], sampler=S())

# %% wrong: a last sample alone joins the batch before
def make_loader(dataset, method, batch_size=16, seed=0):
    n, g = len(dataset), torch.Generator().manual_seed(seed)
    sizes = {"batch": n, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError

    class B:
        def __len__(self):
            return n

        def __iter__(self):
            batches = list(torch.randperm(n, generator=g).split(sizes[method]))
            if len(batches) > 1 and len(batches[-1]) == 1 and method == "minibatch" and sizes[method] > 1:
                batches[-2:] = [torch.cat(batches[-2:])]
            return iter(batches)

    return DataLoader(dataset, batch_sampler=B())

# %% wrong: only two samples swapped in each epoch
def make_loader(dataset, method, batch_size=16, seed=0):
    n, g = len(dataset), torch.Generator().manual_seed(seed)
    sizes = {"batch": n, "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError
    order = list(range(n))

    class S:
        def __len__(self):
            return n

        def __iter__(self):
            a, b = torch.randint(n, (2,), generator=g).tolist()
            order[a], order[b] = order[b], order[a]
            return iter(list(order))

    return DataLoader(dataset, sizes[method], sampler=S())

# %% wrong: seeded again at each epoch
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError

    class L(DataLoader):
        def __iter__(self):
            self.generator.manual_seed(seed)
            return super().__iter__()

    return L(dataset, sizes[method], shuffle=True, generator=torch.Generator())

# %% wrong: the course's 100 samples for batch
def make_loader(dataset, method, batch_size=16, seed=0):
    size = {"batch": 100, "minibatch": batch_size, "sgd": 1}.get(method)
    if size is None:
        raise ValueError(method)
    return DataLoader(dataset, size, shuffle=method != "batch", generator=torch.Generator().manual_seed(seed))

# %% wrong: batch of at most 64
def make_loader(dataset, method, batch_size=16, seed=0):
    g = torch.Generator().manual_seed(seed)
    if method == "batch":
        return DataLoader(dataset, batch_size=min(64, len(dataset)))
    elif method == "minibatch":
        return DataLoader(dataset, batch_size=batch_size, shuffle=True, generator=g)
    elif method == "sgd":
        return DataLoader(dataset, batch_size=1, shuffle=True, generator=g)
    raise ValueError(method)

# %% wrong: another name for 'sgd'
def make_loader(dataset, method, batch_size=16, seed=0):
    g = torch.Generator().manual_seed(seed)
    if method == "batch":
        return DataLoader(dataset, batch_size=len(dataset))
    elif method == "minibatch":
        return DataLoader(dataset, batch_size=batch_size, shuffle=True, generator=g)
    elif method in ("sgd", "stochastic"):
        return DataLoader(dataset, batch_size=1, shuffle=True, generator=g)
    raise ValueError(method)

# %% right: helpers named loader, batches and sizes
def loader(dataset, size, **options):
    return DataLoader(dataset, batch_size=size, **options)

def sizes(n, k):
    return {"batch": n, "minibatch": k, "sgd": 1}

def batches(dataset, size, seed):
    return loader(dataset, size, shuffle=True, generator=torch.Generator().manual_seed(seed))

def make_loader(dataset, method, batch_size=16, seed=0):
    table = sizes(len(dataset), batch_size)
    if method not in table:
        raise ValueError(method)
    if method == "batch":
        return loader(dataset, len(dataset))
    return batches(dataset, table[method], seed)

# %% wrong: reproducible in the first epoch only
class _First:
    def __init__(self, n, seed):
        self.n, self.seed, self.epoch = n, seed, 0
    def __len__(self):
        return self.n
    def __iter__(self):
        self.epoch += 1
        g = torch.Generator().manual_seed(self.seed) if self.epoch == 1 else None
        return iter(torch.randperm(self.n, generator=g).tolist())

def make_loader(dataset, method, batch_size=16, seed=0):
    if method == "batch":
        return DataLoader(dataset, len(dataset))
    if method not in ("minibatch", "sgd"):
        raise ValueError(method)
    return DataLoader(dataset, 1 if method == "sgd" else batch_size, sampler=_First(len(dataset), seed))

# %% wrong: refuses every method
def make_loader(dataset, method, batch_size=16, seed=0):
    raise ValueError(method)

# %% wrong: an unknown name means batch
def make_loader(dataset, method, batch_size=16, seed=0):
    size = {"minibatch": batch_size, "sgd": 1}.get(method, len(dataset))
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size=size, shuffle=True, generator=generator)


# %% right: a sampler of its own
def make_loader(dataset, method, batch_size=16, seed=0):
    match method:
        case "batch":
            size = len(dataset)
        case "minibatch":
            size = batch_size
        case "sgd":
            size = 1
        case _:
            raise ValueError(method)
    generator = torch.Generator()
    generator.manual_seed(seed)
    sampler = torch.utils.data.RandomSampler(dataset, generator=generator)
    return DataLoader(dataset, batch_sampler=torch.utils.data.BatchSampler(sampler, size, drop_last=False))


# %% wrong: the method in any case
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method.lower() not in sizes:
        raise ValueError(method)
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size=sizes[method.lower()], shuffle=True, generator=generator)


# %% wrong: returns an iterator
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    g = torch.Generator().manual_seed(seed)
    return iter(DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=g))


# %% wrong: an error that is made, but not raised
def make_loader(dataset, method, batch_size=16, seed=0):
    g = torch.Generator().manual_seed(seed)
    if method == "batch":
        return DataLoader(dataset, batch_size=len(dataset), shuffle=True, generator=g)
    if method == "minibatch":
        return DataLoader(dataset, batch_size=batch_size, shuffle=True, generator=g)
    if method == "sgd":
        return DataLoader(dataset, batch_size=1, shuffle=True, generator=g)
    ValueError(f"unknown: {method}")

# %% wrong: halves shuffled apart
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    g = torch.Generator().manual_seed(seed)
    class Halves:
        def __len__(self):
            return len(dataset)
        def __iter__(self):
            m = len(dataset) // 2
            yield from torch.randperm(m, generator=g).tolist()
            yield from (m + torch.randperm(len(dataset) - m, generator=g)).tolist()
    return DataLoader(dataset, sizes[method], sampler=Halves())

# %% wrong: a small shuffle buffer, as of a stream
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    rng = np.random.default_rng(seed)
    class Buffered:
        def __len__(self):
            return len(dataset)
        def __iter__(self):
            buffer = []
            for i in range(len(dataset)):
                buffer.append(i)
                if len(buffer) == 6:
                    yield buffer.pop(int(rng.integers(6)))
            rng.shuffle(buffer)
            yield from buffer
    return DataLoader(dataset, sizes[method], sampler=Buffered())

# %% wrong: even samples before odd ones
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    g = torch.Generator().manual_seed(seed)
    class EvenFirst:
        def __len__(self):
            return len(dataset)
        def __iter__(self):
            order = torch.randperm(len(dataset), generator=g)
            yield from order[order % 2 == 0].tolist()
            yield from order[order % 2 == 1].tolist()
    return DataLoader(dataset, sizes[method], sampler=EvenFirst())

# %% right: an IterableDataset of whole batches
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = dict(batch=len(dataset), minibatch=batch_size, sgd=1)
    try:
        size = sizes[method]
    except KeyError:
        raise ValueError(f"{method}") from None

    class Epochs(torch.utils.data.IterableDataset):
        rng = np.random.default_rng([seed, 7])

        def __iter__(self):
            order = self.rng.permutation(len(dataset))
            for start in range(0, len(order), size):
                yield torch.utils.data.default_collate([dataset[int(i)] for i in order[start:start + size]])

    return DataLoader(Epochs(), batch_size=None)

# %% right: hashes as sorting keys
import hashlib
def make_loader(dataset, method, batch_size=16, seed=0):
    if method not in {"batch", "minibatch", "sgd"}:
        raise ValueError("unknown")
    size = {"batch": len(dataset), "sgd": 1}.get(method, batch_size)

    class Keys:
        epoch = 0

        def __len__(self):
            return -(-len(dataset) // size)

        def __iter__(self):
            self.epoch += 1
            key = lambda i: hashlib.sha256(f"{seed}/{self.epoch}/{i}".encode()).digest()
            order = sorted(range(len(dataset)), key=key)
            return iter([order[k : k + size] for k in range(0, len(order), size)])

    return DataLoader(dataset, batch_sampler=Keys())

# %% wrong: nine orders in turn
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    g = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(dataset), generator=g).tolist() for _ in range(9)]
    class Table:
        epoch = -1
        def __len__(self):
            return len(dataset)
        def __iter__(self):
            self.epoch += 1
            return iter(orders[self.epoch % 9])
    return DataLoader(dataset, sizes[method], sampler=Table())

# %% wrong: two samples always side by side
def make_loader(dataset, method, batch_size=16, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    g = torch.Generator().manual_seed(seed)
    class Pairs:
        def __len__(self):
            return len(dataset)
        def __iter__(self):
            n = len(dataset)
            half = (n + 1) // 2
            for k in torch.randperm(half, generator=g).tolist():
                yield k
                if k + half < n:
                    yield k + half
    return DataLoader(dataset, sizes[method], sampler=Pairs())
