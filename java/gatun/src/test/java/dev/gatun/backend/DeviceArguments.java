package dev.gatun.backend;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The arguments that {@link OnEachDevice} asks for. */
final class DeviceArguments implements ArgumentsProvider, AnnotationConsumer<OnEachDevice> {
    private String[] rows = {};
    private String[] moreOnTheCpu = {};
    private String[] moreElsewhere = {};

    @Override
    public void accept(OnEachDevice annotation) {
        rows = annotation.value();
        moreOnTheCpu = annotation.moreOnTheCpu();
        moreElsewhere = annotation.moreElsewhere();
    }

    @Override
    public Stream<Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        return TestDevices.names().flatMap(name -> Stream.concat(Arrays.stream(rows),
                Arrays.stream(name.equals(TestDevices.CPU) ? moreOnTheCpu : moreElsewhere))
                .map(row -> arguments(name, row)));
    }

    private static Arguments arguments(String device, String row) {
        Stream<String> more = row.isEmpty() ? Stream.empty() : Arrays.stream(row.split("\\|")).map(String::strip);
        return Arguments.of(Stream.concat(Stream.of(device), more).toArray());
    }
}
