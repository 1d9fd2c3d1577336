package dev.gatun.data.image;

import dev.gatun.data.ColorMode;
import dev.gatun.data.DataException;
import java.nio.file.Path;
import java.util.List;

/**
 * Images in files whose class is not known: all have the label 0, which means nothing. They are only listed; each is
 * decoded when it is read, and may prove unreadable then.
 */
public final class UnlabelledImages extends WrappedImages {
    private final List<String> files;

    private UnlabelledImages(ImageDataset images, List<String> files) {
        super(images);
        this.files = files;
    }

    /**
     * Lists images: each path is a JPEG, PNG, BMP, GIF or TIFF file, a folder with such files at any depth, or a zip
     * archive. Those of folders and archives come in the order of names, without hidden files.
     *
     * @param size      height and width that a model reads
     * @param channels  1 for grey, 3 for colour; other images are converted, as {@link ColorMode} says
     * @param imageSize height and width that images are resized and cropped to, 0 where they have the size already
     * @throws DataException when there is no path; what is wrong with one shows when it is read
     */
    public static UnlabelledImages open(List<Path> paths, ImageSize size, int channels, int imageSize) {
        GivenFiles tree = new GivenFiles(paths);
        List<String> files = tree.names();
        if (files.isEmpty()) {
            tree.close();
            throw new DataException(paths.isEmpty() ? "images" : paths.getFirst().toString(),
                    "there is no image", "name image files, folders of them or zip archives");
        }
        ImageFormat format = new ImageFormat(size, channels, "what the model was trained on",
                channels == 1 ? ColorMode.GREY : ColorMode.RGB);
        return new UnlabelledImages(new EncodedImages(tree, "", files, new int[files.size()], List.of("0"), format,
                imageSize == 0 ? null : new CentreResize(imageSize)), files);
    }

    /** Returns the name of an image: its path, of one in an archive {@code <archive>!<name>}. */
    public String file(int index) {
        return files.get(index);
    }
}
