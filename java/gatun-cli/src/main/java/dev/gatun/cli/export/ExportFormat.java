package dev.gatun.cli.export;

/** What a trained model is written as. */
public enum ExportFormat {
    /** A {@code state_dict} as PyTorch's {@code load_state_dict(strict=True)} takes it: weights alone. */
    SAFETENSORS,
    /** A graph with its weights, for ONNX Runtime and others. */
    ONNX
}
