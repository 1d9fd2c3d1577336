package dev.gatun.cli.export;

/** What weights are written as. */
public enum WeightsFormat {
    /** A {@code state_dict} as PyTorch's {@code load_state_dict(strict=True)} takes it. */
    SAFETENSORS
}
