package dev.gatun.update;

import java.util.List;

/** All update rules that come with the library: the one list, beside a rule's own record, that names it. */
public final class UpdateRules {
    /** In the order in which they are shown. */
    public static final List<UpdateRule> ALL = List.of(
            SgdHyperparameters.RULE, AdagradHyperparameters.RULE, RmspropHyperparameters.RULE, AdadeltaHyperparameters.RULE,
            AdamHyperparameters.RULE, AdamaxHyperparameters.RULE, NadamHyperparameters.RULE, RadamHyperparameters.RULE,
            LionHyperparameters.RULE, LambHyperparameters.RULE, LarsHyperparameters.RULE, AdabeliefHyperparameters.RULE,
            AdafactorHyperparameters.RULE, MuonHyperparameters.RULE, RpropHyperparameters.RULE);

    private UpdateRules() {}
}
