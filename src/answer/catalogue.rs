//! The catalogue of codes: refusals, errors and warnings with their class, exit
//! code, retry advice and remedy. `docs/errors.md` is generated from it.

use super::{Class, Retry};
use crate::model::{Code, WarningCode};

/// The kinds of codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeKind {
    /// A command was not carried out, by the ledger's rules.
    Refusal,
    /// A command could not be carried out, or not be read.
    Error,
    /// A command was carried out, but something needs attention.
    Warning,
}

/// One code and the contract that comes with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeEntry {
    /// The stable text.
    pub code: &'static str,
    /// Refusal, error or warning.
    pub kind: CodeKind,
    /// Class in answers; None for a warning.
    pub class: Option<Class>,
    /// True if the refusal is recorded, so that a repeat under the same key
    /// gets it again.
    pub is_recorded: bool,
    /// Retry advice; None for a warning.
    pub retry: Option<Retry>,
    /// The process's exit code.
    pub exit: Exit,
    /// Meaning, in words.
    pub meaning: &'static str,
    /// The same in Simplified Chinese.
    pub meaning_zh: &'static str,
    /// Remedy, in words.
    pub remedy: &'static str,
}

/// A process's exit code: a contract.
#[derive(
    serde::Serialize, serde::Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug,
)]
pub enum Exit {
    /// 0: done.
    Done = 0,
    /// 1: refused, or an audit claim failed.
    Refused = 1,
    /// 2: bad input.
    BadInput = 2,
    /// 3: could not be established.
    NotEstablished = 3,
    /// 4: another process holds the ledger.
    Busy = 4,
    /// 5: I/O, damage.
    Trouble = 5,
}

impl From<Class> for Exit {
    fn from(class: Class) -> Exit {
        match class {
            Class::Refused => Exit::Refused,
            Class::Invalid => Exit::BadInput,
            Class::Busy => Exit::Busy,
            Class::Trouble => Exit::Trouble,
        }
    }
}

/// Words about a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Texts {
    meaning: &'static str,
    meaning_zh: &'static str,
    remedy: &'static str,
}

/// A table of codes: each with its meaning, the same in Simplified Chinese, and its remedy.
macro_rules! texts {
    ($kind:ident $($name:ident $meaning:literal $meaning_zh:literal $remedy:literal)*) => {
        &[$(($kind::$name, Texts {
            meaning: $meaning,
            meaning_zh: $meaning_zh,
            remedy: $remedy,
        }),)*]
    };
}

/// The errors: each with its word, class, retry advice and texts.
macro_rules! errors {
    ($($name:ident $word:literal $class:ident $retry:ident
        $meaning:literal $meaning_zh:literal $remedy:literal)*) => {
        /// Code of a request that could not be carried out, or not be read.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum ErrorCode {
            $(#[doc = $meaning] $name,)*
        }

        impl ErrorCode {
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(ErrorCode::$name => $word,)*
                }
            }

            fn contract(self) -> (Class, Retry) {
                match self {
                    $(ErrorCode::$name => (Class::$class, Retry::$retry),)*
                }
            }
        }

        /// Errors, each with its [`Texts`].
        const ERRORS: &[(ErrorCode, Texts)] =
            texts! { ErrorCode $($name $meaning $meaning_zh $remedy)* };
    };
}

// `unknown_member`, `unknown_campaign` and `unknown_entry` of a query are those of a command.
errors! {
    ApprovalNeeded "approval_needed" Refused SameKey
        "the programme wants a second person to approve it, or the one named may not"
        "方案要求第二人批准，或所指的人无权批准"
        "send the same command with `approval`: `ID:PIN` of somebody whom `stampbook supervisor add` made one"
    BackupUnsound "backup_unsound" Refused Never
        "a copy of a ledger does not verify: nothing was changed"
        "账本副本未通过校验，未作任何更改"
        "name another copy; `stampbook audit verify` says all that is wrong with this one"
    BadFile "bad_file" Invalid Never
        "a file that was named cannot be used" "所指的文件不能使用"
        "name a regular file that is there"
    BadHttp "bad_http" Invalid Never
        "an HTTP request cannot be taken: its path, method, headers or body"
        "HTTP 请求的路径、方法、头部或正文不能接受"
        "put right what the message names"
    BatchRefused "batch_refused" Refused SameKey
        "another command of the same atomic batch was refused, so this one was not carried out"
        "同一整批中的另一条命令被拒绝，因此本条未执行"
        "put right what was refused, and send the batch again under the same keys"
    Forbidden "forbidden" Refused Never
        "the caller's role, store or terminal may not do that" "调用者的角色、门店或终端无权这样做"
        "use a token that may: `stampbook token create` makes one"
    NoToken "no_token" Refused Never
        "the service was given no token, or one that is not valid (any more)"
        "未提供令牌，或令牌（已）无效"
        "send `Authorization: Bearer TOKEN`; `stampbook token create` makes one, `stampbook token list` shows which are valid"
    TooMany "too_many" Busy SameKey
        "the token sends more requests a second than it may" "该令牌每秒请求数超出上限"
        "send the same command again a little later"
    BadKey "bad_key" Invalid Never
        "a verifying key that was named cannot be read" "所指的验证公钥无法读取"
        "give the key as the card or `stampbook init` printed it"
    BadProgramme "bad_programme" Invalid Never
        "a programme does not compile, or may not follow the one in force"
        "方案无法编译，或不能接替当前生效的方案"
        "mend what the message names; `stampbook policy check DIR` says more"
    LedgerExists "ledger_exists" Invalid Never
        "a ledger is there already" "该处已有账本"
        "name another folder"
    NoLedger "no_ledger" Invalid Never
        "the folder holds no ledger" "该文件夹中没有账本"
        "name the ledger's folder with --ledger, or begin one with `stampbook init`"
    NoSecrets "no_secrets" Invalid Never
        "the folder of keys and vault is not there" "密钥与保险库的文件夹不存在"
        "name it with --secrets; it is never made anew for an old ledger"
    NotAccepted "not_accepted" Refused Never
        "something would be lost: nothing was changed" "将有内容丢失，未作任何更改"
        "use a newer copy, or accept the loss by the flags that the message names"
    NotALedger "not_a_ledger" Invalid Never
        "a folder or a file in it is not one of a ledger's" "文件夹或其中的文件不属于账本"
        "name the ledger's folder with --ledger"
    NotVerified "not_verified" Refused Never
        "the ledger does not verify, so nothing vouches for it" "账本未通过校验，因此无从担保"
        "`stampbook audit verify` says what is wrong"
    StoriesFailed "stories_failed" Invalid Never
        "a story of the programme does not hold: nothing took effect" "方案的案例不成立，未生效"
        "mend the programme or the story; `stampbook policy test DIR` runs them; `--without-stories --reason` goes on all the same"
    Behind "behind" Refused SameKey
        "the ledger has not come to the entry that the question asks for at least"
        "账本尚未到达所要求的条目"
        "ask again a little later, or ask the ledger that booked the entry"
    NotEstablished "not_established" Trouble SameKey
        "something that was asked could not be established" "所要求的内容无法确定"
        "give the key, card or file that the message names"
    Busy "busy" Busy SameKey
        "another process holds the ledger, or the service has too much to do at this moment"
        "另一进程占用账本，或服务此刻过忙"
        "wait, or stop that process; send the same command again"
    Damage "damage" Trouble SameKey
        "stored bytes do not verify" "存储的字节未通过校验"
        "`stampbook rebuild` heals from the second copy, else put a copy of the journal back; `stampbook audit verify` says what still holds"
    DiskFull "disk_full" Trouble SameKey
        "no space is left" "磁盘空间已满"
        "free some space and send the same command again"
    Internal "internal" Trouble SameKey
        "the program contradicts itself" "程序自相矛盾"
        "report it with the message; nothing was acknowledged"
    Io "io" Trouble SameKey
        "the operating system refused to read or write" "操作系统拒绝读取或写入"
        "put right what the message names, open the ledger again and send the same command again"
    NewerFormat "newer_format" Trouble SameKey
        "a newer program wrote it" "由更新版本的程序写入"
        "use a newer stampbook"
    NotContinued "not_continued" Trouble SameKey
        "the ledger does not continue what it last signed" "账本与其上次签名不相衔接"
        "put the right copy back, or go on with `stampbook recover --accept`"
    ReaderGone "reader_gone" Trouble SameKey
        "whoever read the answers went away; the message says how many were not written"
        "读取答复的一方已离开，说明中有未写出的数目"
        "what was accepted is booked: ask for it with `find`, or send the same commands again"
}

/// Code of a refusal or of an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoCode {
    /// Refused by the ledger's rules.
    Refusal(Code),
    /// It could not be carried out, or not be read.
    Error(ErrorCode),
}

impl From<Code> for NoCode {
    fn from(code: Code) -> NoCode {
        NoCode::Refusal(code)
    }
}

impl From<ErrorCode> for NoCode {
    fn from(code: ErrorCode) -> NoCode {
        NoCode::Error(code)
    }
}

impl NoCode {
    /// The code of a stable text.
    pub fn find(text: &str) -> Option<NoCode> {
        let refusals = REFUSALS.iter().map(|refusal| refusal.0.into());
        let errors = ERRORS.iter().map(|error| error.0.into());
        refusals
            .chain(errors)
            .find(|code: &NoCode| code.as_str() == text)
    }

    /// The stable text.
    pub fn as_str(self) -> &'static str {
        match self {
            NoCode::Refusal(code) => code.as_str(),
            NoCode::Error(code) => code.as_str(),
        }
    }

    /// The class and retry advice.
    pub fn contract(self) -> (Class, Retry) {
        match self {
            NoCode::Refusal(code) => contract(code),
            NoCode::Error(code) => code.contract(),
        }
    }

    /// Exit code of a process that ends with it.
    pub fn exit(self) -> Exit {
        match self {
            NoCode::Error(ErrorCode::NotEstablished) => Exit::NotEstablished,
            code => code.contract().0.into(),
        }
    }
}

/// The class and retry advice of a refusal.
fn contract(code: Code) -> (Class, Retry) {
    use Code::*;
    match code {
        // The key, or the slip, belongs to another command already.
        KeyConflict => (Class::Refused, Retry::NewKey),
        ReceiptConflict | OrderConflict | AliasTaken | AmbiguousSlip | SlipRequired => {
            (Class::Refused, Retry::Never)
        }
        // The command is right; a clock is not.
        ClockAhead | ClockJumped => (Class::Invalid, Retry::SameKey),
        code if code.is_sticky() => (Class::Refused, Retry::NewKey),
        code if code.is_invalid() => (Class::Invalid, Retry::Never),
        _ => (Class::Refused, Retry::SameKey),
    }
}

/// Refusals in order of precedence, each with its [`Texts`].
const REFUSALS: &[(Code, Texts)] = texts! { Code
    NoProgramme "no programme is active yet" "尚无生效的方案"
        "activate a programme: `stampbook policy activate DIR`"
    BadInput "the command is malformed or contradicts itself; the detail says how"
        "命令格式有误或自相矛盾，详见说明"
        "put right what the message names; `stampbook schema VERB` lists the fields"
    DoesNotAddUp "the lines, charges, discounts and tenders do not add up to the total"
        "明细、附加费、折扣与付款合计不等于总额"
        "send lines, charges, discounts and tenders that add up to the total"
    UnknownCurrency "the currency is not the programme's" "不是方案的币种"
        "send amounts in the programme's currency"
    UnknownStore "the programme has no such store" "方案中没有该门店"
        "name a store of programme.toml, or add it there and activate"
    UnknownTerminal "the store has no such terminal" "该门店没有此终端"
        "name a terminal of the store, or add it to programme.toml and activate"
    UnknownUnit "the programme has no such unit" "方案中没有该单位"
        "name a unit of programme.toml"
    UnknownReward "the programme has no such reward" "方案中没有该奖励"
        "name a reward of programme.toml"
    UnknownCampaign "the programme has no such campaign" "方案中没有该活动"
        "name a campaign that `stampbook campaign list` shows"
    UnknownReason "the programme has no such reason" "方案中没有该原因"
        "name a reason of programme.toml, or add it there and activate"
    UnknownPurpose "the programme has no such consent purpose" "方案中没有该同意用途"
        "name a consent purpose of programme.toml"
    UnknownActivity "the programme declares no such activity" "方案未声明该行为"
        "name an activity of programme.toml"
    UnknownPartner "the programme has no such partner" "方案中没有该合作伙伴"
        "name a partner of programme.toml"
    UnknownPool "the programme has no such pool" "方案中没有该资金池"
        "name a pool of programme.toml"
    ClockAhead "the till's clock is ahead" "收银机时钟超前"
        "set the till's clock and send the same command again"
    ClockJumped "the ledger's clock jumped; it must be confirmed once" "账本时钟跳变，需确认一次"
        "set the clock and send the same command again, or accept it once: `--accept-clock`, or `\"accept_clock\":true` in the command"
    TooLate "too late for the programme's window" "超出方案允许补录的时限"
        "book it today with the reason, or widen late_window in programme.toml"
    PeriodClosed "the books of that period are closed" "该期间的账已关闭"
        "book it today, with the reason"
    NotHistory "history cannot be added after the member's first live entry"
        "会员有实时条目后不能再补录历史"
        "bring history before the member's first live entry"
    CodeLocked "too many wrong codes; later again" "错误代码过多，请稍后再试"
        "wait until the time that the message names, or lift the lock: `stampbook unlock`"
    UnknownMember "nobody owns that card, number or id" "没有人拥有该卡、号码或编号"
        "enrol the member, or scan the card again"
    AliasTaken "the card or number belongs to somebody else" "该卡或号码属于他人"
        "use another card or number, or merge the two members"
    MemberErased "the member was erased" "该会员已删除"
        "enrol the person again as a new member"
    KeyConflict "the key was used for another command" "该键已用于另一条命令"
        "send another command under another key"
    ReceiptConflict "the slip was booked under another key" "该小票已用另一个键入账"
        "look at the sale or return with `stampbook find`; a slip number stands for one of them a day"
    OrderConflict "the order number was used for another sale" "该订单号已用于另一笔销售"
        "send the sale under its own order number, or what the order came to, as at pick-up, with `stampbook amend`; `stampbook find` shows the first"
    UnknownPurchase "there is no such purchase" "没有该笔购买"
        "name the purchase by its key, entry or slip; `stampbook find` looks for it"
    AmbiguousSlip "several sales have the slip's number; the answer's `candidates` are all of them"
        "多笔销售使用同一小票号，候选均列于答复的 `candidates`"
        "say which one: by `sale_day`, `sale_terminal` or `sale_store`, or by its key"
    SlipRequired "the programme takes goods back by their sale only" "方案规定凭原销售退货"
        "name the sale by its key or slip (`stampbook find` looks for it), or let the programme take goods back without: `returns_without_slip = \"base_rate\"`"
    UnknownEntry "there is no such entry" "没有该条目"
        "name an entry that `stampbook statement` shows"
    UnknownCode "no voucher, gift or slip has that code" "没有优惠券、赠礼或小票使用该代码"
        "read the code again; it may be mistyped"
    WrongMember "the member is not a party to that entry" "该会员与此条目无关"
        "name the member whom the entry concerns"
    SameMember "giver and taker, or the two to be merged, are one member"
        "转出与转入，或待合并的两方，是同一会员"
        "name two different members"
    MergeLoop "the merge would lead back to where it began" "合并会绕回起点"
        "merge the other way round"
    ReferralRing "the member brought whoever is said to have brought them"
        "该会员正是所称推荐人的推荐人"
        "name another referrer; who was brought cannot bring the bringer"
    AlreadyReferred "somebody else brought that member" "该会员已由他人推荐"
        "nothing; the first referrer stays"
    HouseholdFull "the household has as many members as it may, or the member has one"
        "家庭人数已满，或该会员已有家庭"
        "let a member leave first"
    NotReversible "the entry cannot be undone: it is of another kind" "此类条目不能撤销"
        "correct it by `stampbook adjust`, with a reason"
    AlreadyVoided "it was undone before" "此前已撤销"
        "nothing; it was undone before"
    HasDependents "later entries depend on it" "后续条目依赖于它"
        "undo the later entries first, or correct by `stampbook adjust`"
    HoldEnded "the hold was captured, released or timed out" "预留已扣款、解除或超时"
        "open another hold"
    CodeUsed "the code was used, or taken back" "代码已使用或已收回"
        "take another code"
    CodeLapsed "the code's time has run out, or has not begun" "代码已过期或尚未生效"
        "take another code; its days are over or have not begun"
    AlreadyCounted "that activity was counted before" "该行为此前已计入"
        "nothing; it was counted before"
    TooMuchReturned "more comes back than is left" "退货多于剩余"
        "send no more than is left of it"
    AlreadySo
        "what is to be changed (a campaign, consent, pass, household, sale, lock) is that way already"
        "要更改的（活动、同意、会员卡、家庭、销售、锁定）已是如此"
        "nothing; it is so already"
    NoConsent "it needs a consent that the member has not given" "需要会员尚未给予的同意"
        "ask for the consent, then send the same command again"
    PartnerSuspended "the partner does not take part at the moment" "该合作伙伴目前不参与"
        "resume the partner: `stampbook partner resume`"
    CampaignPaused "the campaign is paused or closed" "活动已暂停或关闭"
        "resume the campaign: `stampbook campaign resume`"
    PassRequired "it is for holders of a pass" "仅限持会员卡者"
        "start a pass for the member first"
    TierRequired "the reward is for other tiers" "该奖励仅限其他等级"
        "choose a reward that the tier may have"
    TooSoon "not before its time" "时间未到"
        "send it when its time has come"
    PolicyRefused "a script said no" "脚本拒绝"
        "follow the message, which is the programme's own"
    PolicyFailed "a script that had to answer failed" "必须作答的脚本出错"
        "mend the script that the message names, and activate"
    NothingToReward "nothing the reward could pay is on the bill" "账单上没有该奖励可抵付的商品"
        "put something on the bill that the reward pays"
    WrongTenderValue "the points tender is worth another amount" "所付积分的价值与金额不符"
        "send the amount that the message names"
    NotInSteps "not in whole steps" "不是整步数"
        "send a whole number of steps"
    BelowMinimum "less than the least that may be spent" "低于最少可用数量"
        "send at least the minimum that the message names"
    OverLimit "more than may be spent at a time, a day, or of a bill"
        "超出单次、单日或单笔账单的限额"
        "send no more than is available"
    OutOfStock "nothing is left of it, or every place is taken" "已无库存，或名额已满"
        "choose something else"
    InsufficientPoints "too few points" "积分不足"
        "send no more than is available, or another tender"
    AlreadySpent "the points taken back are spent, and the programme refuses that"
        "要收回的积分已花掉，而方案不允许欠账"
        "settle the difference with the member; the programme refuses a debt"
    TooLarge "the result is larger than the ledger can hold" "结果超出账本可容纳的范围"
        "split the amount, or check the figure"
};

/// Warnings, each with its [`Texts`].
const WARNINGS: &[(WarningCode, Texts)] = texts! { WarningCode
    CampaignFailed "a campaign's script failed; the rest was booked" "活动脚本出错，其余已入账"
        "mend the script that the message names, activate, and settle by `stampbook redecide`"
    ClaimedSince "the purchase was claimed since" "该购买此后已被补领"
        "nothing"
    CounterAgain "a terminal counted the same number for two commands"
        "终端对两条命令使用了同一编号"
        "look whether two tills have one name, or one sale was sent under two keys"
    CounterBack "a terminal's counter went back" "终端计数倒退"
        "look whether the terminal was set anew, or sent something late"
    CounterGap "numbers of a terminal's counter are missing" "终端计数缺号"
        "look whether the terminal has unsent commands"
    DiscountDiffers "the till gave another discount than the programme" "收银机给的折扣与方案不同"
        "bring the till's discounts up to the programme's"
    DrawLeftOut "a quote leaves out a campaign that draws" "试算不含抽奖活动"
        "nothing; the purchase draws"
    NoPass "a benefit was used without its pass" "未持会员卡却使用了其权益"
        "look whether the pass has ended"
    NotDiscounted "the till discounted goods that the programme does not discount"
        "收银机对方案不打折的商品打了折"
        "teach the till which goods those are: `[discount] not_for` in programme.toml"
    NothingGiven "what campaigns would have given on a day is more than can be held"
        "活动某日应给的超出可持有的数量"
        "look at the member's figures; correct them by `stampbook adjust`"
    PersonalWords "free words look like a person's number" "自由文字看似个人号码"
        "keep numbers of persons out of free words; they cannot be erased there"
    PromotionUnknown "no campaign has the promotion code that was named"
        "没有活动使用所报的促销代码"
        "look whether the code was mistyped, or its campaign is missing"
    ReturnedSince "some of the purchase came back since" "该购买此后有部分退货"
        "nothing"
    ReviewFailed "a campaign's on_review failed" "活动的 on_review 出错"
        "mend the script that the message names, and activate"
    ScheduleFailed "a scheduled programme could not take effect, and the one in force goes on"
        "排期的方案未能生效，当前方案继续有效"
        "mend what the message names, and activate or schedule it again"
    ScriptFailed "a campaign's script failed since the programme took effect"
        "方案生效以来活动脚本出过错"
        "mend the script that the message names, and activate"
    VoidedSince "the entry was undone since" "该条目此后已撤销"
        "nothing"
};

/// All codes: refusals in order of precedence, then errors, then warnings.
pub fn all() -> impl Iterator<Item = CodeEntry> {
    let known = |code: NoCode, kind, texts: &Texts| {
        let (class, retry) = code.contract();
        CodeEntry {
            code: code.as_str(),
            kind,
            class: Some(class),
            is_recorded: matches!(code, NoCode::Refusal(code) if code.is_sticky()),
            retry: Some(retry),
            exit: code.exit(),
            meaning: texts.meaning,
            meaning_zh: texts.meaning_zh,
            remedy: texts.remedy,
        }
    };
    let refusals = REFUSALS.iter();
    let refusals = refusals.map(move |r| known(r.0.into(), CodeKind::Refusal, &r.1));
    let errors = ERRORS.iter();
    let errors = errors.map(move |e| known(e.0.into(), CodeKind::Error, &e.1));
    let warnings = WARNINGS.iter().map(|(code, texts)| CodeEntry {
        code: code.as_str(),
        kind: CodeKind::Warning,
        class: None,
        is_recorded: true,
        retry: None,
        exit: Exit::Done,
        meaning: texts.meaning,
        meaning_zh: texts.meaning_zh,
        remedy: texts.remedy,
    });
    refusals.chain(errors).chain(warnings)
}

/// The entry of a code.
pub fn find(code: &str) -> Option<CodeEntry> {
    all().find(|known| known.code == code)
}

/// The text of `docs/errors.md`.
pub fn document() -> String {
    let mut text = String::from(
        "# Codes\n\nMade from `src/answer/catalogue.rs`; `stampbook errors CODE` prints one of them. Codes, \
         classes, exit codes and retry advice are a contract.\n\nRetry: `same_key`, nothing was recorded and the \
         same command may be sent again; `new_key`, this attempt is closed and another one needs another key; `never`, \
         the command must be put right first.\n\nA refusal about a quantity has figures beside the message: \
         `asked`, `available` (`below_minimum`: `minimum`; `not_in_steps`: `step`), `missing` and `unit`. All are as people \
         say them, not in smallest parts: whole numbers, decimals as text. `unit` is a unit's id, the currency, `qty` for the \
         quantity of a line, or `time`, `piece`, `place`, `member`, `byte` for what is counted.\n\nA script that refuses an \
         activity warns with a code of its own.\n",
    );
    let parts = [
        (CodeKind::Refusal, "Refusals, in order of precedence"),
        (CodeKind::Error, "Errors"),
        (CodeKind::Warning, "Warnings"),
    ];
    for (kind, title) in parts {
        text += &format!(
            "\n## {title}\n\n| code | class | recorded | retry | exit | meaning | remedy |\n|---|---|---|---|---|---|---|\n"
        );
        for known in all().filter(|known| known.kind == kind) {
            let recorded = if known.is_recorded { "yes" } else { "no" };
            text += &format!(
                "| `{}` | {} | {recorded} | {} | {} | {} | {} |\n",
                known.code,
                known.class.map_or("", class_word),
                known.retry.map_or("", retry_word),
                known.exit as u8,
                known.meaning,
                known.remedy
            );
        }
    }
    text
}

/// Word for a class in answers.
pub fn class_word(class: Class) -> &'static str {
    match class {
        Class::Refused => "refused",
        Class::Invalid => "invalid",
        Class::Busy => "busy",
        Class::Trouble => "trouble",
    }
}

/// Word for retry advice in answers.
pub fn retry_word(retry: Retry) -> &'static str {
    match retry {
        Retry::SameKey => "same_key",
        Retry::NewKey => "new_key",
        Retry::Never => "never",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PRECEDENCE;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_stands_there_once_and_refusals_by_precedence() {
        let refusals: Vec<Code> = REFUSALS.iter().map(|row| row.0).collect();
        assert_eq!(refusals, PRECEDENCE);
        let codes: BTreeSet<&str> = all().map(|known| known.code).collect();
        assert_eq!(codes.len(), all().count());
    }

    #[test]
    fn every_code_has_its_meaning_in_chinese() {
        let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for known in all() {
            assert!(is_chinese(known.meaning_zh), "{}", known.code);
        }
    }

    /// `STAMPBOOK_WRITE=1` writes it anew.
    #[test]
    fn the_document_is_the_catalogue() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/errors.md");
        if std::env::var_os("STAMPBOOK_WRITE").is_some() {
            std::fs::write(path, document()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), document());
    }
}
