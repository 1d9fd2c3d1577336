package dev.gatun.data.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Small files that would take a reader far more time or memory than an image of their size. */
class DecoderBoundsTest {
    private static void refused(byte[] file, String reason) {
        assertThatThrownBy(() -> ImageFile.decode(file)).isInstanceOf(ImageException.class)
                .hasMessageContaining("cannot be decoded: ").hasMessageContaining(reason);
    }

    private static byte[] chunk(String name, byte[] content) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + content.length).putInt(content.length)
                .put(name.getBytes(StandardCharsets.US_ASCII)).put(content);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + content.length);
        return chunk.putInt((int) crc.getValue()).array();
    }

    /** A grey image of 2 x 2 pixels with so many bytes more. */
    private static byte[] png(int beyond) {
        Deflater deflater = new Deflater();
        byte[] packed = new byte[1 << 16];
        deflater.setInput(new byte[6 + beyond]);
        deflater.finish();
        int count = deflater.deflate(packed);
        assertThat(deflater.finished()).isTrue();
        deflater.end();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        out.writeBytes(chunk("IHDR", ByteBuffer.allocate(13).putInt(2).putInt(2).put((byte) 8).array()));
        out.writeBytes(chunk("IDAT", Arrays.copyOf(packed, count)));
        out.writeBytes(chunk("IEND", new byte[0]));
        return out.toByteArray();
    }

    @Test
    void pixelsBehindTheLastRowOfAPng() throws ImageException {
        assertThat(ImageFile.decode(png(1000)).height()).isEqualTo(2);
        refused(png(10_000_000), "it has many more pixels than its header says");
    }

    @Test
    void passesOverTheSamePixelsOfAJpeg() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY), "jpg", out);
        byte[] jpeg = out.toByteArray();
        assertThat(ImageFile.decode(jpeg).height()).isEqualTo(16);
        int scan = 0;
        while (jpeg[scan] != (byte) 0xFF || jpeg[scan + 1] != (byte) 0xDA) {
            scan++;
        }
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        many.write(jpeg, 0, scan);
        for (int i = 0; i < 101; i++) {
            many.write(jpeg, scan, jpeg.length - 2 - scan);
        }
        many.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD9});
        refused(many.toByteArray(), "more often than any encoder does");
    }

    /** A grey TIFF in tiles that all lie at the same place; tags have one number, or an array of the same. */
    private static byte[] tiff(int size, int tile, int tiles, int tileBytes) {
        TreeMap<Integer, Integer> tags = new TreeMap<>();
        tags.put(TiffDirectory.WIDTH, size);
        tags.put(TiffDirectory.HEIGHT, size);
        tags.put(TiffDirectory.BITS, 8);
        tags.put(TiffDirectory.COMPRESSION, TiffLayout.NONE);
        tags.put(TiffDirectory.PHOTOMETRIC, 1);
        tags.put(TiffDirectory.TILE_WIDTH, tile);
        tags.put(TiffDirectory.TILE_HEIGHT, tile);
        int directory = 8 + 2 + 12 * (tags.size() + 2) + 4;
        int data = directory + 8 * tiles;
        ByteBuffer file = ByteBuffer.allocate(data + tileBytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) (tags.size() + 2));
        tags.forEach((tag, value) -> file.putShort(tag.shortValue()).putShort((short) 4).putInt(1).putInt(value));
        file.putShort((short) TiffDirectory.TILE_OFFSETS).putShort((short) 4).putInt(tiles)
                .putInt(tiles == 1 ? data : directory);
        file.putShort((short) TiffDirectory.TILE_BYTES).putShort((short) 4).putInt(tiles)
                .putInt(tiles == 1 ? tileBytes : directory + 4 * tiles);
        file.position(directory);
        for (int i = 0; i < tiles; i++) {
            file.putInt(data);
        }
        for (int i = 0; i < tiles; i++) {
            file.putInt(tileBytes);
        }
        return file.array();
    }

    @Test
    void tilesOfATiffThatAreFarLargerThanTheImage() throws ImageException {
        assertThat(ImageFile.decode(tiff(10, 16, 1, 256)).width()).isEqualTo(10);
        refused(tiff(10, 1 << 16, 1, 256), "more pixels than an image that is read");
    }

    @Test
    void tilesOfATiffThatAreAllTheSame() {
        refused(tiff(32, 16, 4, 100_000), "the blocks of the TIFF overlap each other");
    }
}
