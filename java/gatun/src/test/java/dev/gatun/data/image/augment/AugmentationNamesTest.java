package dev.gatun.data.image.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.pixel.Mixing;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationNamesTest {
    private static final ImageSize SIZE = new ImageSize(20, 32);

    @Test
    void readsNamesAndOptions() {
        AugmentationNames.Parsed parsed = AugmentationNames.parse(
                "resized-crop:min=0.2+flip:p=0.25 + Color:hue=0.1+erase+mixup:alpha=0.4", SIZE);
        assertThat(parsed.steps()).isEqualTo(List.of(new RandomResizedCrop(20, 32, 0.2, 1, 4.0 / 3),
                new Augmentation.RandomHorizontalFlip(0.25), new ColorJitter(0, 0, 0, 0.1),
                new RandomErasing(0.5, 0.02, 1.0 / 3, 10.0 / 3)));
        assertThat(parsed.mixing()).isEqualTo(new Mixing(Mixing.Kind.MIXUP, 0.4));
        assertThat(AugmentationNames.parse("none", SIZE).steps()).isEmpty();
        assertThat(AugmentationNames.parse("cifar+cutout", SIZE).steps()).hasSize(4).endsWith(new Cutout(10));
        assertThat(AugmentationNames.parse("color", SIZE).steps()).containsExactly(new ColorJitter(0.4, 0.4, 0.4, 0));
    }

    @Test
    void everyNameHasDefaults() {
        for (String name : AugmentationNames.names()) {
            AugmentationNames.Parsed parsed = AugmentationNames.parse(name, SIZE);
            assertThat(parsed.steps().isEmpty() && !parsed.mixing().isActive()).as(name).isEqualTo(name.equals("none"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            flop                  | 'flop' is none of the augmentations none, cifar, flip
            flip:q=1              | flip: 'q=1' is no option of it; it has p
            none:p=1              | none: 'p=1' is no option of it, it has none
            flip:p                | flip: 'p' is no option of it
            flip:p=x              | flip: 'x' is no number for p
            flip:p=2              | a probability lies in 0 .. 1: 2.0
            rotate:degrees=-1     | rotate: degrees must lie between 0.0 and 180.0, got -1.0
            cutout:size=1.5       | cutout: size must be a whole number, got 1.5
            erase+flip            | what erases comes last, but RandomHorizontalFlip[probability=0.5] follows it
            mixup+cutmix          | mixup and cutmix do not go together: leave one out
            mixup:alpha=0         | alpha of mixup must be above 0, got 0.0
            resized-crop:min=0    | resized-crop: min must lie between
            """)
    void refusesWithAReason(String text, String reason) {
        assertThatIllegalArgumentException().isThrownBy(() -> AugmentationNames.parse(text, SIZE))
                .withMessageStartingWith(reason);
    }
}
