package dev.gatun.io.onnx;

import java.util.List;

/** The value of an attribute of an ONNX node: {@code AttributeProto} without its name. */
sealed interface OnnxAttribute {
    /** An integer. */
    record Int(long value) implements OnnxAttribute {}

    /** A list of integers. */
    record Ints(List<Long> values) implements OnnxAttribute {
        public Ints {
            values = List.copyOf(values);
        }
    }

    /** A number in f32. */
    record Real(double value) implements OnnxAttribute {}

    /** A text. */
    record Text(String value) implements OnnxAttribute {}

    static OnnxAttribute of(long value) {
        return new Int(value);
    }

    static OnnxAttribute of(List<Long> values) {
        return new Ints(values);
    }

    static OnnxAttribute real(double value) {
        return new Real(value);
    }

    static OnnxAttribute of(String value) {
        return new Text(value);
    }

    /** Returns the attribute's message under a name. */
    default ProtobufMessage named(String name) {
        ProtobufMessage message = new ProtobufMessage().text(1, name);
        return switch (this) {
            case Real(double value) -> message.real(2, (float) value).integer(20, 1);
            case Int(long value) -> message.integer(3, value).integer(20, 2);
            case Text(String value) -> message.text(4, value).integer(20, 3);
            case Ints(List<Long> values) -> {
                values.forEach(value -> message.integer(8, value));
                yield message.integer(20, 7);
            }
        };
    }
}
