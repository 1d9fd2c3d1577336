package dev.gatun.model;

/** A network of the zoo by what it is for, which decides what it takes to create one. */
public sealed interface ZooEntry {
    /** Returns the name. */
    String name();

    /** Returns the publication that describes it, or a short description: {@code He et al., 2016}. */
    String source();

    /** One of {@link Models}: it classifies images. */
    record Classification(String name, String source) implements ZooEntry {
        /** As {@link Models#create(String, int, int, int, int, Stem)}. */
        public Model create(int channels, int height, int width, int classes, Stem stem) {
            return Models.create(name, channels, height, width, classes, stem);
        }
    }

    /** It classifies each pixel of an image. */
    record Segmentation(String name, String source, Maker<SegmentationModel> maker) implements ZooEntry {
        /** Creates one for images of a size and a number of classes. */
        public SegmentationModel create(int channels, int height, int width, int classes) {
            return maker.create(name, channels, height, width, classes);
        }
    }

    /** It makes an image of an image. */
    record ImageToImage(String name, String source, Maker<ImageToImageModel> maker) implements ZooEntry {
        /** Creates one for images of a size. */
        public ImageToImageModel create(int channels, int height, int width) {
            return maker.create(name, channels, height, width, channels);
        }
    }

    /** It predicts the next character of a text. */
    record Language(String name, String source) implements ZooEntry {
        /** Creates one for texts of so many steps, each one of so many characters. */
        public LanguageModel create(int steps, int characters) {
            return new LanguageModel(name, steps, new CharacterLstm(characters));
        }
    }

    /** What creates a network for images. */
    @FunctionalInterface
    interface Maker<M extends Architecture> {
        /** Creates it; outputs are the channels of its result. */
        M create(String name, int channels, int height, int width, int outputs);
    }
}
