package dev.gatun.compress.prune;

import dev.gatun.graph.Variable;
import java.util.List;
import java.util.Optional;

/**
 * Channels of one kind, each of which is kept or pruned as a whole wherever it occurs: filters of a convolution with
 * the entries of the normalisation after it and the weights that read them, say, or the channels of all residual blocks
 * of a stage.
 *
 * @param name     the first layer that computes them
 * @param channels how many there are; an attention head counts as one
 * @param members  where they occur in variables, in the order of the graph
 * @param fixed    why they cannot be pruned; empty where they can
 */
public record ChannelGroup(String name, int channels, List<Member> members, Optional<String> fixed) {
    public ChannelGroup {
        members = List.copyOf(members);
    }

    /**
     * The occurrences of the channels along a dimension of a variable.
     *
     * @param variable the variable, of its full shape
     * @param axis     the dimension
     * @param role     what it is to the channels
     * @param indices  the indices of each channel along it: H*W for one channel of images that were flattened
     */
    public record Member(Variable variable, int axis, Role role, List<List<Integer>> indices) {
        public Member {
            indices = List.copyOf(indices);
        }

        /** Returns the layer that the variable belongs to: {@code conv1} for {@code conv1.weight}. */
        public String layer() {
            String name = variable.name();
            return name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
        }
    }

    /** Returns the layers that compute the channels. */
    public List<String> layers() {
        return members.stream().filter(member -> member.role == Role.OUTPUT).map(Member::layer).distinct().toList();
    }

    /** Returns how many indices of the layer that computes it a channel is: the width of an attention head, else 1. */
    public int width() {
        return members.stream().filter(member -> member.role == Role.OUTPUT)
                .mapToInt(member -> member.indices.getFirst().size()).min().orElse(1);
    }
}
