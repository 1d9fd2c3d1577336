package dev.gatun.dist.codec;

import java.util.Arrays;

/** Counts positive and negative votes for the elements of one run, 64 at a time, as numbers whose bits are planes. */
final class SignVote {
    private final int digits;
    /** The planes of the counts, least significant first. */
    private final long[] positive;
    private final long[] negative;

    SignVote(int votes) {
        digits = Integer.SIZE - Integer.numberOfLeadingZeros(votes);
        positive = new long[digits * SignPlanes.WORDS];
        negative = new long[digits * SignPlanes.WORDS];
    }

    void clear() {
        Arrays.fill(positive, 0);
        Arrays.fill(negative, 0);
    }

    /** Adds a vote for each element; what is zero has none. */
    void add(long[] isNegative, long[] isZero) {
        for (int word = 0; word < SignPlanes.WORDS; word++) {
            add(positive, word, ~isNegative[word] & ~isZero[word]);
            add(negative, word, isNegative[word] & ~isZero[word]);
        }
    }

    private void add(long[] counts, int word, long votes) {
        long carry = votes;
        for (int at = word; carry != 0; at += SignPlanes.WORDS) { // ends within the digits: they hold all votes
            long digit = counts[at];
            counts[at] = digit ^ carry;
            carry &= digit;
        }
    }

    /** Writes whether most votes are negative, and whether there are as many of both. */
    void decide(long[] isNegative, long[] isZero) {
        for (int word = 0; word < SignPlanes.WORDS; word++) {
            long more = 0;
            long equal = -1;
            for (int digit = digits - 1; digit >= 0; digit--) {
                long up = positive[digit * SignPlanes.WORDS + word];
                long down = negative[digit * SignPlanes.WORDS + word];
                more |= equal & down & ~up;
                equal &= ~(up ^ down);
            }
            isNegative[word] = more;
            isZero[word] = equal;
        }
    }
}
