package dev.gatun.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassNamesTest {
    /** An e with an acute accent, as one character and as two. */
    private static final String COMPOSED = "\u00e9";
    private static final String DECOMPOSED = "e\u0301";

    @Test
    void namesAreTheSameInAnyNormalForm() {
        assertThat(ClassNames.numbers(List.of(DECOMPOSED, "b", "c"), List.of("b", COMPOSED)))
                .containsExactly(1, 0, -1);
        assertThat(ClassNames.difference(List.of(DECOMPOSED), List.of(COMPOSED))).isEmpty();
        assertThat(ClassNames.normal(List.of(DECOMPOSED, "b"))).containsExactly(COMPOSED, "b");
        assertThatIllegalArgumentException().isThrownBy(() -> ClassNames.normal(List.of(DECOMPOSED, COMPOSED)))
                .withMessage("two classes have the name \"" + COMPOSED + "\"");
    }

    @Test
    void classesWithoutNamesAreCalledByTheirNumbers() {
        assertThat(ClassNames.numbers(3)).containsExactly("0", "1", "2");
        assertThat(ClassNames.extended(List.of("cat", "3"), 4)).containsExactly("cat", "3", "2", "#3");
    }

    @Test
    void saysWhatDiffers() {
        List<String> before = List.of("a", "b", "c");
        assertThat(ClassNames.difference(before, before)).isEmpty();
        assertThat(ClassNames.difference(List.of("b", "a", "c"), before))
                .hasValue("the same classes in another order: b, a, c, not a, b, c");
        assertThat(ClassNames.difference(List.of("a", "x", "c"), before))
                .hasValue("classes that were not there: x, and no more b");
        assertThat(ClassNames.difference(List.of("a"), before)).hasValue("no more classes b, c");
    }

    @Test
    void longListsAreCut() {
        assertThat(ClassNames.text(ClassNames.numbers(12))).isEqualTo("0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11");
        assertThat(ClassNames.text(ClassNames.numbers(1000)))
                .isEqualTo("0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ... (1000 in all)");
    }
}
