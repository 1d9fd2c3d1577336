package dev.gatun.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.PatternImages;
import dev.gatun.data.image.SelectedImages;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationTest {
    @ParameterizedTest
    @ValueSource(strings = {"auto", "none", "10%", "12.5%", "500"})
    void readsWhatItWrites(String text) {
        assertThat(Validation.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ten", "0%", "100%", "0", "-3", "0.1", "NaN%"})
    void refusesOtherWords(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Validation.parse(text));
    }

    private static int[] counts(ImageDataset images) {
        int[] counts = new int[images.classes()];
        for (int i = 0; i < images.size(); i++) {
            counts[images.label(i)]++;
        }
        return counts;
    }

    private static Set<Integer> firstPixels(ImageDataset images) {
        Set<Integer> seen = new HashSet<>();
        byte[] pixels = new byte[images.imageBytes()];
        for (int i = 0; i < images.size(); i++) {
            images.read(i, pixels);
            seen.add(pixels[0] & 0xFF);
        }
        return seen;
    }

    /** 105 pictures of ten classes: eleven of the first five, ten of the others. */
    @ParameterizedTest
    @CsvSource({"10, 1, 1", "21, 3, 2", "53, 6, 5", "95, 10, 9", "2, 1, 0"})
    void holdsOutEachClassInProportion(int count, int ofFirst, int ofLast) {
        SelectedImages.HeldOut parts = SelectedImages.holdOut(new PatternImages(105, 1, 1, 1), count, 3);
        assertThat(parts.heldOut().size()).isEqualTo(count);
        assertThat(parts.rest().size()).isEqualTo(105 - count);
        assertThat(counts(parts.heldOut())[0]).isEqualTo(ofFirst);
        assertThat(counts(parts.heldOut())[9]).isEqualTo(ofLast);
        Set<Integer> both = firstPixels(parts.heldOut());
        both.retainAll(firstPixels(parts.rest())); // each of the 105 pictures has another first pixel
        assertThat(both).isEmpty();
        assertThat(parts.heldOut().name()).isEqualTo("pattern, held out");
    }

    @Test
    void theSeedDecidesAlone() {
        PatternImages all = new PatternImages(105, 1, 1, 1);
        Set<Integer> first = firstPixels(SelectedImages.holdOut(all, 20, 3).heldOut());
        assertThat(firstPixels(SelectedImages.holdOut(all, 20, 3).heldOut())).isEqualTo(first);
        assertThat(firstPixels(SelectedImages.holdOut(all, 20, 4).heldOut())).isNotEqualTo(first);
    }

    @Test
    void aClassKeepsItsOnlyPicture() {
        SelectedImages.HeldOut parts = SelectedImages.holdOut(new PatternImages(11, 1, 1, 1), 1, 3);
        assertThat(counts(parts.heldOut())[0]).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SelectedImages.holdOut(new PatternImages(11, 1, 1, 1), 2, 3))
                .withMessage("of 11 images in 10 classes, each of which keeps one, at most 1 can be held out, not 2");
    }

    @Test
    void limitsComeFirst() {
        DataOptions options = DataOptions.defaults().withLimit(50).withTestLimit(7)
                .withValidation(Validation.parse("20%"));
        try (DataSplit split = DataSource.digits(DigitsOptions.defaults().withTrain(80).withTest(20))
                .limited(options)) {
            assertThat(split.train().size()).isEqualTo(40);
            assertThat(split.watched()).isSameAs(split.validation());
            assertThat(split.watched().size()).isEqualTo(10);
            assertThat(split.test().size()).isEqualTo(7);
            assertThatThrownBy(() -> split.limited(options)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the data has 10 images for validation in digits train, held out, so that none are held"
                            + " out of its training images");
        }
    }
}
