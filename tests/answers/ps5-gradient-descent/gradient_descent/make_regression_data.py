# %% right: global seed, float literals
def make_regression_data(n, W_true, b_true, noise, seed):
    torch.manual_seed(seed)
    X = torch.randn(n, W_true.size(1))
    y = X @ W_true.T + b_true + torch.randn(n, 1) * noise
    return X, y
# %% right: numpy generator, cast to float32
def make_regression_data(n, W_true, b_true, noise, seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, W_true.shape[-1]))
    y = X @ W_true.numpy().T + b_true.numpy() + rng.normal(0, noise, size=(n, 1))
    return torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
# %% right: noise drawn first, linear layer from torch, list returned
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    eps = torch.randn((n, 1), generator=g)
    X = torch.randn((n, W_true.shape[1]), generator=g)
    return [X, torch.nn.functional.linear(X, W_true, b_true).add(eps, alpha=noise)]
# %% right: one table of random numbers, cut in two
def make_regression_data(n, W_true, b_true, noise, seed):
    torch.manual_seed(seed)
    table = torch.randn(n, W_true.shape[1] + 1)
    X, eps = table[:, :-1], table[:, -1:]
    return X, (X * W_true).sum(dim=1, keepdim=True) + b_true + noise * eps
# %% right: row by row, with Python's own random numbers
def make_regression_data(n, W_true, b_true, noise, seed):
    import random

    rng = random.Random(seed)
    weights, bias = W_true.flatten().tolist(), b_true.item()
    rows, targets = [], []
    for _ in range(n):
        row = [rng.gauss(0, 1) for _ in weights]
        rows.append(row)
        targets.append([sum(w * x for w, x in zip(weights, row)) + bias + noise * rng.gauss(0, 1)])
    return torch.tensor(rows), torch.tensor(targets)
# %% right: a seed of its own for the noise
def make_regression_data(n, W_true, b_true, noise, seed):
    torch.manual_seed(2 * seed)
    X = torch.normal(0.0, 1.0, (n, W_true.shape[1]))
    torch.manual_seed(2 * seed + 1)
    y = torch.einsum("nd,kd->nk", X, W_true) + b_true + noise * torch.normal(0.0, 1.0, (n, 1))
    return X, y
# %% right: Box-Muller by hand, float64 inside
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    d = W_true.shape[1]
    u = 1 - torch.rand(n, d + 1, generator=g, dtype=torch.float64)
    v = torch.rand(n, d + 1, generator=g, dtype=torch.float64)
    z = torch.sqrt(-2 * torch.log(u)) * torch.cos(2 * math.pi * v)
    X = z[:, :d]
    y = torch.mm(X, W_true.double().t()) + b_true.double() + noise * z[:, d:]
    return X.float(), y.float()
# %% right: distributions, reshaped targets
def make_regression_data(n, W_true, b_true, noise, seed):
    torch.manual_seed(seed)
    normal = torch.distributions.Normal(0.0, 1.0)
    X = normal.sample((n, W_true.numel()))
    y = X @ W_true.reshape(-1) + b_true + noise * normal.sample((n,))
    return X, y.reshape(n, 1)
# %% right: NumPy's legacy global state
def make_regression_data(n, W_true, b_true, noise, seed):
    np.random.seed(seed)
    X = torch.from_numpy(np.random.randn(n, W_true.shape[1]).astype("float32"))
    eps = torch.from_numpy(np.random.randn(n, 1).astype("float32"))
    return X, torch.addmm(b_true, X, W_true.T) + noise * eps
# %% wrong: noise taken as a variance
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    return X, X @ W_true.T + b_true + noise**0.5 * torch.randn(n, 1, generator=g)
# %% wrong: noise squared
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    return X, X @ W_true.T + b_true + noise**2 * torch.randn(n, 1, generator=g)
# %% wrong: uniform noise
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    return X, X @ W_true.T + b_true + noise * 12**0.5 * (torch.rand(n, 1, generator=g) - 0.5)
# %% wrong: one-sided noise
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    return X, X @ W_true.T + b_true + noise * torch.randn(n, 1, generator=g).abs()
# %% wrong: float64
def make_regression_data(n, W_true, b_true, noise, seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, W_true.shape[1]))
    y = X @ W_true.numpy().T + b_true.numpy() + noise * rng.normal(size=(n, 1))
    return torch.tensor(X), torch.tensor(y)
# %% wrong: NumPy arrays
def make_regression_data(n, W_true, b_true, noise, seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, W_true.shape[1])).astype(np.float32)
    y = X @ W_true.numpy().T + b_true.numpy() + noise * rng.normal(size=(n, 1)).astype(np.float32)
    return X, y.astype(np.float32)
# %% wrong: noise not seeded
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    return X, X @ W_true.T + b_true + noise * torch.randn(n, 1)
# %% wrong: the noise is the same for all seeds
def make_regression_data(n, W_true, b_true, noise, seed):
    torch.manual_seed(0)
    eps = torch.randn(n, 1)
    torch.manual_seed(seed)
    X = torch.randn(n, W_true.shape[1])
    return X, X @ W_true.T + b_true + noise * eps
# %% wrong: X is the same for all seeds
def make_regression_data(n, W_true, b_true, noise, seed):
    torch.manual_seed(0)
    X = torch.randn(n, W_true.shape[1])
    torch.manual_seed(seed + 1)
    return X, X @ W_true.T + b_true + noise * torch.randn(n, 1)
# %% wrong: seed 0 taken as no seed
def make_regression_data(n, W_true, b_true, noise, seed):
    if seed:
        torch.manual_seed(seed)
    X = torch.randn(n, W_true.shape[1])
    return X, X @ W_true.T + b_true + noise * torch.randn(n, 1)
# %% wrong: bias forgotten
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    return X, X @ W_true.T + noise * torch.randn(n, 1, generator=g)
# %% wrong: transposes W_true in place
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    return X, X @ W_true.t_() + b_true + noise * torch.randn(n, 1, generator=g)
# %% wrong: adds to b_true in place
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    eps = noise * torch.randn(n, 1, generator=g)
    y = b_true.expand(n, 1) + X @ W_true.T + eps
    b_true += eps.mean()
    return X, y
# %% wrong: all columns of X are alike
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, 1, generator=g).repeat(1, W_true.shape[1])
    return X, X @ W_true.T + b_true + noise * torch.randn(n, 1, generator=g)
# %% wrong: the noise grows with X
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    y = X @ W_true.T + b_true
    return X, y + noise * y * torch.randn(n, 1, generator=g)
# %% wrong: D fixed at 2
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, 2, generator=g)
    return X, X @ W_true.T + b_true + noise * torch.randn(n, 1, generator=g)
# %% wrong: squeezes the targets of one sample
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g).squeeze()
    X = X if X.ndim == 2 else X.reshape(n, -1)
    y = (X @ W_true.T + b_true + noise * torch.randn(n, 1, generator=g)).squeeze()
    return X, y if n == 1 else y.reshape(n, 1)
# %% wrong: y comes first
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    return X @ W_true.T + b_true + noise * torch.randn(n, 1, generator=g), X
# %% wrong: returns y alone
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    return X @ W_true.T + b_true + noise * torch.randn(n, 1, generator=g)
# %% wrong: noise also in the inputs
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    y = X @ W_true.T + b_true + noise * torch.randn(n, 1, generator=g)
    return X + noise, y

# %% wrong: the seed decides between two data sets only
def make_regression_data(n, W_true, b_true, noise, seed):
    torch.manual_seed(seed % 2)
    X = torch.randn(n, W_true.shape[1])
    return X, X @ W_true.T + b_true + noise * torch.randn(n, 1)

# %% wrong: nothing but zeros in X
def make_regression_data(n, W_true, b_true, noise, seed):
    return torch.zeros(n, W_true.shape[1]), b_true.expand(n, 1)


# %% right: one draw for the inputs and the noise
def make_regression_data(n, W_true, b_true, noise, seed):
    drawn = torch.randn(n, W_true.numel() + 1, generator=torch.Generator().manual_seed(seed))
    X, epsilon = drawn[:, :-1].contiguous(), drawn[:, -1:]
    return X, torch.nn.functional.linear(X, W_true, b_true) + noise * epsilon


# %% wrong: noise is taken for the variance
def make_regression_data(n, W_true, b_true, noise, seed):
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=generator)
    return X, X @ W_true.T + b_true + noise**0.5 * torch.randn(n, 1, generator=generator)


# %% equivalent: the global generator may be used
-    generator = torch.Generator().manual_seed(seed)
+    generator = torch.manual_seed(seed)


# %% equivalent: the normal distribution is symmetric
-    y = X @ W_true.T + b_true + noise * torch.randn(n, 1, generator=generator)
+    y = X @ W_true.T + b_true - noise * torch.randn(n, 1, generator=generator)


# %% wrong: two neighbours share their noise
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    e = torch.randn((n + 1) // 2, 1, generator=g).repeat_interleave(2, dim=0)[:n]
    return X, X @ W_true.T + b_true + noise * e


# %% wrong: the noise of the second half mirrors the first
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    e = torch.randn(n, 1, generator=g)
    e[n // 2 :] = -e[: n - n // 2]
    return X, X @ W_true.T + b_true + noise * e


# %% wrong: the second half of X repeats the first
def make_regression_data(n, W_true, b_true, noise, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, W_true.shape[1], generator=g)
    if n > 50:
        X[n // 2 :] = X[: n - n // 2]
    return X, X @ W_true.T + b_true + noise * torch.randn(n, 1, generator=g)
