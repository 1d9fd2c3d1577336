package dev.gatun.graph;

import dev.gatun.op.Fill;
import dev.gatun.op.Recurrent;
import dev.gatun.op.RecurrentBackward;
import java.util.ArrayList;
import java.util.List;

/** Gradients of recurrent layers: of all inputs at once, from those by the hidden states and the last cell state. */
final class RecurrentGradients {
    private RecurrentGradients() {}

    static void recurrent(Recurrent op, Node node, ReversePass pass) {
        List<Value> arguments = new ArrayList<>(node.inputs());
        arguments.addAll(node.outputs());
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!op.isWorkspace(i)) {
                Value diff = pass.diff(node, i);
                arguments.add(diff != null ? diff : pass.apply(node, new Fill(node.outputs().get(i).type(), 0)));
            }
        }
        LayerGradients.contribute(new RecurrentBackward(op), arguments, node, pass);
    }
}
