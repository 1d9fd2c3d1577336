package dev.gatun.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowMajorPiecesTest {
    record Case(String name, Shape shape, Layout layout) {
        @Override
        public String toString() {
            return name + " " + shape;
        }
    }

    static Stream<Case> cases() {
        Shape image = Shape.of(2, 5, 3, 4);
        Shape weight = Shape.of(21, 19, 1, 3);
        return Stream.of(
                new Case("row-major", image, Layout.rowMajor(image)),
                new Case("channels last", image, Layout.channelsLast(image)),
                new Case("scalar", Shape.of(), Layout.rowMajor(Shape.of())),
                new Case("vector", Shape.of(7), Layout.rowMajor(Shape.of(7))),
                new Case("empty", Shape.of(3, 0, 2), Layout.rowMajor(Shape.of(3, 0, 2))),
                new Case("transposed", Shape.of(6, 5),
                Layout.blocked(new long[] {1, 6}, new long[] {6, 5}, new int[0], new int[0])),
                new Case("aBcd4b", image,
                        Layout.blocked(new long[] {96, 48, 16, 4}, new long[] {2, 8, 3, 4}, new int[] {4},
                        new int[] {1})),
                new Case("ABcd8b4a", weight, Layout.blocked(new long[] {288, 96, 96, 32}, new long[] {24, 24, 1, 3},
                        new int[] {8, 4}, new int[] {1, 0})),
                new Case("ABcd2b4a4b", weight, Layout.blocked(new long[] {288, 96, 96, 32}, new long[] {24, 24, 1, 3},
                        new int[] {2, 4, 4}, new int[] {1, 0, 1})),
                new Case("Bcda8b", weight, Layout.blocked(new long[] {8, 504, 504, 168}, new long[] {21, 24, 1, 3},
                        new int[] {8}, new int[] {1})));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyElementIsCopiedOnceFromWhereItLies(Case each) {
        Shape shape = each.shape();
        int elements = (int) shape.elements();
        for (long limit : LongStream.concat(LongStream.rangeClosed(1, 70), LongStream.of(elements + 1L)).toArray()) {
            long[] found = new long[elements];
            Arrays.fill(found, -1);
            long next = 0;
            for (RowMajorPieces.Piece piece : RowMajorPieces.of(shape, each.layout(), limit)) {
                assertThat(piece.offset()).isEqualTo(next);
                assertThat(piece.elements()).isBetween(1L, limit);
                for (RowMajorPieces.Copy copy : piece.copies()) {
                    assertThat(copy.memory().blockSizes()).isEmpty();
                    assertThat(copy.run().physicalElements() + copy.runOffset()).isLessThanOrEqualTo(piece.elements());
                    for (long[] index : indices(copy.shape())) {
                        int at = (int) (piece.offset() + copy.runOffset() + copy.run().offset(index));
                        assertThat(found[at]).as("element %s copied once", at).isEqualTo(-1);
                        found[at] = copy.memoryOffset() + copy.memory().offset(index);
                    }
                }
                next += piece.elements();
            }
            long[] wanted = indices(shape).stream().mapToLong(each.layout()::offset).toArray();
            assertThat(found).as("pieces of %s", limit).isEqualTo(wanted);
        }
    }

    @Test
    void offsetsAreLong() {
        Shape shape = Shape.of(3, 1L << 31);
        List<RowMajorPieces.Piece> pieces = RowMajorPieces.of(shape, Layout.rowMajor(shape), 1L << 30);
        assertThat(pieces).hasSize(6);
        assertThat(pieces.getLast().offset()).isEqualTo(5L << 30);
        assertThat(pieces.getLast().copies().getFirst().memoryOffset()).isEqualTo(5L << 30);
    }

    @Test
    void refusesWhatDoesNotFit() {
        Shape shape = Shape.of(2, 3);
        assertThatIllegalArgumentException().isThrownBy(() -> RowMajorPieces.of(shape, Layout.rowMajor(shape), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> RowMajorPieces.of(shape, Layout.rowMajor(Shape.of(6)),
                4));
    }

    private static List<long[]> indices(Shape shape) {
        List<long[]> all = new java.util.ArrayList<>();
        long[] strides = shape.rowMajorStrides();
        for (long i = 0; i < shape.elements(); i++) {
            long[] index = new long[shape.rank()];
            long rest = i;
            for (int d = 0; d < index.length; d++) {
                index[d] = rest / strides[d];
                rest %= strides[d];
            }
            all.add(index);
        }
        return all;
    }
}
