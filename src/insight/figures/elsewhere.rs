//! Requirements of reports and of what comes from outside that are no figure: the
//! command or page that gives them, or the input that they lack.

/// Way in which a requirement is met; English and Simplified Chinese.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Means {
    /// By a command, a page or other figures.
    By(&'static str, &'static str),
    /// Not at all: the input that it lacks.
    Lacks(&'static str, &'static str),
}

/// Something that is asked for and is no figure of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Elsewhere {
    /// Rows of the requirements.
    pub rows: &'static str,
    /// Requirement, in English and in Simplified Chinese.
    pub asked: (&'static str, &'static str),
    /// Way in which it is met.
    pub means: Means,
}

const fn row(
    rows: &'static str,
    english: &'static str,
    chinese: &'static str,
    means: Means,
) -> Elsewhere {
    let asked = (english, chinese);
    Elsewhere { rows, asked, means }
}

/// All of them. With the figures' own rows they are every row that asks for a report.
pub const ELSEWHERE: &[Elsewhere] = &[
    row(
        "S96 S208 S250",
        "contacts and service history",
        "联系与服务记录",
        Means::By(
            "activities that the programme declares; `engagement`, `response_time`, `statement`",
            "方案声明的行为；`engagement`、`response_time`、`statement`",
        ),
    ),
    row(
        "S106 S108",
        "messages before and about the programme",
        "方案预告与宣传",
        Means::By(
            "`outbox`, webhooks; what was sent or clicked comes back as declared activities",
            "`outbox`、webhook；发送与点击结果作为声明的行为写回",
        ),
    ),
    row(
        "S112",
        "behaviour in real time",
        "实时监测行为",
        Means::By(
            "the dashboard, which follows new entries",
            "看板随新条目更新",
        ),
    ),
    row(
        "S116 S140",
        "an account that a member can read",
        "会员可读的账目",
        Means::By(
            "`statement`, `explain`, `lookup`, `slip`",
            "`statement`、`explain`、`lookup`、`slip`",
        ),
    ),
    row(
        "S131",
        "channels of messages compared",
        "不同触达渠道的效果对比",
        Means::By(
            "`funnel` with declared activities as steps, `uplift`",
            "以声明的行为为步骤的 `funnel`、`uplift`",
        ),
    ),
    row(
        "S136",
        "definitions of figures",
        "指标定义",
        Means::By("`report NAME --explain`", "`report NAME --explain`"),
    ),
    row(
        "S144",
        "drivers of loyalty",
        "忠诚度驱动因素",
        Means::By(
            "`retention` and `repurchase` by participant, tier, store or channel; no cause is claimed",
            "按参与、等级、门店或渠道划分的 `retention` 与 `repurchase`；不作因果断言",
        ),
    ),
    row(
        "S165",
        "evaluation by month or quarter",
        "按月或季度评估",
        Means::By(
            "`report all --period 2026Q1 --format html`",
            "`report all --period 2026Q1 --format html`",
        ),
    ),
    row(
        "S167",
        "decisions by data",
        "数据驱动决策",
        Means::By("all figures; `export tables`", "全部指标；`export tables`"),
    ),
    row(
        "S203 S215",
        "surveys and their items",
        "会员调研及其各项",
        Means::By(
            "`csat`, `ces`, `intent` by quarter, with the activity and field named",
            "按季度的 `csat`、`ces`、`intent`，注明行为与字段",
        ),
    ),
    row(
        "S204",
        "rights changed after feedback",
        "根据反馈调整权益",
        Means::By(
            "`policy activate`, with its note; a person decides",
            "`policy activate` 及其备注；由人决定",
        ),
    ),
    row(
        "S206",
        "comments in social media",
        "社交媒体评论",
        Means::Lacks(
            "comments: nothing is read outside; a count may stand as a benchmark",
            "评论数据：系统不读取外部内容；计数可作基准",
        ),
    ),
    row(
        "S209 S210 S212",
        "attributes such as age, region or taste",
        "年龄、地域、口味等属性",
        Means::Lacks(
            "attributes in the clear: they are sealed, so that erasing changes no figure; a member's own are in `lookup`",
            "明文属性：属性加密保存，删除不改变指标；会员自身的见 `lookup`",
        ),
    ),
    row(
        "S211",
        "pages, time and paths on the web",
        "网页、停留时间与路径",
        Means::Lacks(
            "web analytics: it stays outside; a visit may come in as a declared activity",
            "网站分析数据：保留在外部；访问可作为声明的行为",
        ),
    ),
    row(
        "S224",
        "loyalty by inertia",
        "惰性忠诚度",
        Means::Lacks(
            "a survey: purchases cannot tell it from habit",
            "调研数据：仅凭购买无法与习惯性忠诚区分",
        ),
    ),
    row(
        "S230",
        "wearables",
        "可穿戴设备",
        Means::By(
            "activities that the programme declares, with consent; `engagement`",
            "经同意、方案声明的行为；`engagement`",
        ),
    ),
    row(
        "S251",
        "recommended and custom goods",
        "个性化推荐与定制商品",
        Means::By(
            "tags of a sale's lines; `preferences`, `usual`",
            "销售行的标签；`preferences`、`usual`",
        ),
    ),
];
