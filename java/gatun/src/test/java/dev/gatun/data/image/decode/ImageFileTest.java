package dev.gatun.data.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {
    /** Bit for bit, where two levels were allowed: the arithmetic is that of libjpeg and Pillow. */
    @Test
    void everyKindOfFileHasPillowsPixels() throws IOException {
        Map<String, byte[]> entries = PillowPixels.entries();
        List<String> wrong = new ArrayList<>();
        Map<String, byte[]> files = PillowPixels.files();
        assertThat(files).hasSize(111);
        files.forEach((name, file) -> {
            byte[] expected = Objects.requireNonNull(
                    entries.get(name.substring(0, name.lastIndexOf('.')) + ".rgb"));
            try {
                Pixels pixels = ImageFile.decode(file);
                ImageHeader header = new ImageHeader(pixels.height(), pixels.width(), pixels.channels());
                assertThat(ImageFile.header(file)).as(name).isEqualTo(header);
                int worst = worst(pixels, expected);
                if (worst > 0) {
                    wrong.add(name + ": " + worst);
                }
            } catch (IOException e) {
                wrong.add(name + ": " + e.getMessage());
            }
        });
        assertThat(wrong).isEmpty();
    }

    private static int worst(Pixels pixels, byte[] expected) {
        assertThat(new int[] {pixels.height(), pixels.width()}).containsExactly(expected[0], expected[1]);
        int worst = 0;
        for (int i = 0; i < expected.length - 2; i++) {
            int found = pixels.data()[pixels.channels() == 3 ? i : i / 3] & 0xFF;
            worst = Math.max(worst, Math.abs(found - (expected[i + 2] & 0xFF)));
        }
        return worst;
    }

    /** The header tells of most cuts; what it cannot see decoding does. Trailing bytes are no part of the image. */
    @ParameterizedTest
    @ValueSource(strings = {"jpeg-444.jpg", "jpeg-progressive-420.jpg", "jpeg-cmyk.jpg", "png-rgb-8.png",
        "png-palette-4-interlaced.png", "bmp-24.bmp", "gif.gif", "tiff-rgb-lzw.tif", "tiff-jpeg.tif", "tiff-grey.tif"})
    void aFileCutAnywhereIsRefused(String name) throws IOException {
        byte[] file = PillowPixels.file(name);
        for (int length = file.length - 2; length >= 0; length -= Math.max(1, file.length / 97)) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> ImageFile.decode(cut)).as(name + " cut to " + length + " of " + file.length)
                    .isInstanceOf(ImageException.class);
        }
    }

    /** A decoder may read rubbish or refuse it, but it throws nothing else and needs no gigabytes. */
    @Test
    void damagedFilesThrowNothingElse() throws IOException {
        Random random = new Random(7);
        for (Map.Entry<String, byte[]> entry : PillowPixels.files().entrySet()) {
            for (int trial = 0; trial < 20; trial++) {
                byte[] file = entry.getValue().clone();
                for (int i = 0; i < 3; i++) {
                    file[random.nextInt(file.length)] = (byte) random.nextInt(256);
                }
                try {
                    assertThat(ImageFile.decode(file)).isNotNull();
                } catch (ImageException e) {
                    assertThat(e.getMessage()).isNotBlank();
                    assertThat(e.remedy()).isNotBlank();
                }
            }
        }
    }

    /** A JPEG whose data end early, and whose end marker is there. */
    @Test
    void missingDataBeforeTheEndMarkerAreRefused() throws IOException {
        byte[] file = PillowPixels.file("jpeg-444.jpg");
        byte[] cut = Arrays.copyOf(file, file.length - 60);
        cut[cut.length - 2] = (byte) 0xFF;
        cut[cut.length - 1] = (byte) 0xD9;
        assertThatThrownBy(() -> ImageFile.decode(cut)).isInstanceOf(ImageException.class)
                .hasMessageStartingWith("cannot be decoded: Corrupt JPEG data: premature end of data segment");
    }

    @Test
    void aFlippedBitInAPngIsRefused() throws IOException {
        byte[] file = PillowPixels.file("png-rgb-8.png");
        file[file.length - 40] ^= 4;
        assertThatThrownBy(() -> ImageFile.header(file)).isInstanceOf(ImageException.class)
                .hasMessage("cannot be decoded: the checksum of its chunk IDAT is wrong");
    }

    @Test
    void aHeaderThatPromisesMoreThanTheFileHoldsIsRefusedBeforeItIsDecoded() throws IOException {
        byte[] jpeg = PillowPixels.file("jpeg-grey.jpg");
        int frame = 0;
        while (jpeg[frame] != (byte) 0xFF || jpeg[frame + 1] != (byte) 0xC0) {
            frame++;
        }
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 8000).putShort(frame + 7, (short) 8000);
        assertThatThrownBy(() -> ImageFile.header(jpeg)).hasMessageContaining("more than its");
        byte[] gif = PillowPixels.file("gif.gif");
        ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).putShort(6, (short) 8000).putShort(8, (short) 8000);
        assertThatThrownBy(() -> ImageFile.decode(gif)).hasMessageContaining("more than its");
        ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).putShort(6, (short) 9000).putShort(8, (short) 9000);
        assertThatThrownBy(() -> ImageFile.decode(gif)).hasMessage("has 9000 x 9000 pixels, more than 64 million");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "version https://git-lfs.github.com/spec/v1, is a pointer of Git LFS, fetch the files: git lfs pull",
        "<!DOCTYPE html><html>, is a web page, download it again",
        "RIFF....WEBPVP8 , is a WebP picture, convert it to PNG or JPEG",
        "....ftypavif, is a HEIF or AVIF picture, convert it to PNG or JPEG",
        "some text, is no JPEG or PNG image, replace or remove it"})
    void whatIsNoImageIsNamed(String content, String reason, String remedy) {
        assertThatThrownBy(() -> ImageFile.header(content.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOfSatisfying(ImageException.class, e -> {
                    assertThat(e.getMessage()).startsWith(reason);
                    assertThat(e.remedy()).isEqualTo(remedy);
                });
    }
}
