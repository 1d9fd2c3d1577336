package dev.gatun.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.Normalization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The published data sets, where a folder {@code shared/data} beside the project (or further up) has them. */
class RealDataTest {
    private static Path find(String name) {
        Path found = null;
        for (Path folder = Path.of("").toAbsolutePath(); folder != null && found == null; folder = folder.getParent()) {
            Path candidate = folder.resolve("shared/data").resolve(name);
            found = Files.exists(candidate) ? candidate : null;
        }
        assumeTrue(found != null, "no shared/data/" + name + " here or in a folder above");
        return Objects.requireNonNull(found);
    }

    @Test
    void mnist() {
        try (DataSplit split = DataSource.open(find("mnist"), DataOptions.defaults())) {
            ImageDataset train = split.train();
            int[] sizes = {train.size(), split.test().size(), train.classes()};
            assertThat(sizes).containsExactly(60_000, 10_000, 10);
            assertThat(new int[] {train.channels(), train.height(), train.width()}).containsExactly(1, 28, 28);
            Normalization measured = Normalization.measure(train, train.size());
            assertThat(measured.mean()[0]).isCloseTo(0.1307f, within(1e-4f));
            assertThat(measured.std()[0]).isCloseTo(0.3081f, within(1e-4f));
        }
    }

    @Test
    void cifar() {
        try (DataSplit split = DataSource.open(find("cifar10-images.zip"), DataOptions.defaults())) {
            ImageDataset train = split.train();
            int[] sizes = {train.size(), split.test().size(), train.classes()};
            assertThat(sizes).containsExactly(50_000, 10_000, 10);
            assertThat(new int[] {train.channels(), train.height(), train.width()}).containsExactly(3, 32, 32);
            assertThat(train.classNames()).startsWith("airplane", "automobile").endsWith("truck");
            assertThat(train.label(49_999)).isEqualTo(9);
            Normalization measured = Normalization.measure(train, 2000);
            float[] published = {0.4914f, 0.4822f, 0.4465f};
            for (int c = 0; c < 3; c++) {
                assertThat(measured.mean()[c]).isCloseTo(published[c], within(0.01f));
            }
        }
    }
}
