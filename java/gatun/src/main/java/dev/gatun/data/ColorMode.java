package dev.gatun.data;

/** What images are read as. */
public enum ColorMode {
    /** As they are: grey where all of them are, else RGB, as which grey ones are then read too. */
    AUTO(0),
    /** Red, green and blue; grey is repeated. */
    RGB(3),
    /** Grey: of colour the luma of ITU-R BT.601, rounded as Pillow rounds it. */
    GREY(1);

    private final int channels;

    ColorMode(int channels) {
        this.channels = channels;
    }

    /** Returns the channels of images that are read so; for {@link #AUTO} those that they have. */
    public int channels(int found) {
        return this == AUTO ? found : channels;
    }
}
