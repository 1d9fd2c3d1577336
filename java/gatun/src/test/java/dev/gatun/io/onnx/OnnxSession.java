package dev.gatun.io.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.gatun.shape.TensorType;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A model in ONNX Runtime. */
public final class OnnxSession implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession.SessionOptions options;
    private final OrtSession session;

    /** Opens a file, which ONNX Runtime checks, with one thread. */
    public OnnxSession(Path file) throws OrtException {
        this(file, new OrtSession.SessionOptions());
    }

    private OnnxSession(Path file, OrtSession.SessionOptions options) throws OrtException {
        this.options = options;
        options.setIntraOpNumThreads(1);
        session = environment.createSession(file.toString(), options);
    }

    /** Opens a file whose roundings stay what they are, between operators in f32. */
    public static OnnxSession inFloats(Path file) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.addConfigEntry("session.disable_quant_qdq", "1");
        return new OnnxSession(file, options);
    }

    /**
     * Opens a file whose roundings become operators on integers, which do not saturate where the processor adds
     * products in 16 bits.
     *
     * @param optimized a file that is written with those operators
     */
    public static OnnxSession onIntegers(Path file, Path optimized) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setOptimizedModelFilePath(optimized.toString());
        options.addConfigEntry("session.x64quantprecision", "1");
        return new OnnxSession(file, options);
    }

    /** A tensor of f32 or i32 with its elements. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Tensor(TensorType type, double[] elements) {}

    /** Computes all outputs, in row-major order; inputs that the model has not are left out. */
    public Map<String, float[]> run(Map<String, Tensor> inputs) throws OrtException {
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        try {
            for (String name : session.getInputNames()) {
                given.put(name, tensor(Objects.requireNonNull(inputs.get(name))));
            }
            Map<String, float[]> outputs = new LinkedHashMap<>();
            try (OrtSession.Result result = session.run(given)) {
                for (Map.Entry<String, OnnxValue> each : result) {
                    FloatBuffer elements = ((OnnxTensor) each.getValue()).getFloatBuffer();
                    float[] copy = new float[elements.remaining()];
                    elements.get(copy);
                    outputs.put(each.getKey(), copy);
                }
            }
            return outputs;
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(Tensor tensor) throws OrtException {
        long[] extents = tensor.type().shape().extents();
        return switch (tensor.type().dtype()) {
            case F32 -> {
                FloatBuffer elements = FloatBuffer.allocate(tensor.elements().length);
                for (double element : tensor.elements()) {
                    elements.put((float) element);
                }
                yield OnnxTensor.createTensor(environment, elements.flip(), extents);
            }
            case I32 -> {
                IntBuffer elements = IntBuffer.allocate(tensor.elements().length);
                for (double element : tensor.elements()) {
                    elements.put((int) element);
                }
                yield OnnxTensor.createTensor(environment, elements.flip(), extents);
            }
            default -> throw new IllegalArgumentException("an input of " + tensor.type());
        };
    }

    /** Returns the metadata of the file. */
    public Map<String, String> metadata() throws OrtException {
        return session.getMetadata().getCustomMetadata();
    }

    @Override
    public void close() throws OrtException {
        session.close();
        options.close();
    }
}
