package dev.gatun.io.onnx;

/** Thrown when a graph has no form in ONNX. The message is one line: operation, cause, remedy. */
public final class OnnxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    OnnxException(String message) {
        super(message);
    }
}
