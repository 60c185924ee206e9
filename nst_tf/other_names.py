"""What other programs call a setting, for those who come from there."""

from types import MappingProxyType

OTHER_NAMES = MappingProxyType(
    {
        **dict.fromkeys(("content_weight", "content_loss_weight"), "alpha"),
        **dict.fromkeys(("style_weight", "style_loss_weight", "style_strength", "strength"), "beta"),
        **dict.fromkeys(("tv_weight", "tv", "tv_loss_weight", "total_variation"), "total_variation_weight"),
        **dict.fromkeys(("iterations", "num_iterations", "max_iterations", "max_iter", "n_iter", "iters"), "steps"),
        **dict.fromkeys(("epochs", "num_epochs", "num_steps", "n_steps", "max_steps", "evaluations"), "steps"),
        **dict.fromkeys(("lr", "rate", "step_size"), "learning_rate"),
        **dict.fromkeys(("init", "initialization", "initialisation"), "start"),
        **dict.fromkeys(("model", "backbone", "net"), "network"),
        **dict.fromkeys(("random_seed", "random_state"), "seed"),
        **dict.fromkeys(("dtype", "mixed_precision"), "precision"),
        **dict.fromkeys(("levels", "octaves", "pyramid"), "scales"),
        "lambda_l": "style_layers",
    }
)
