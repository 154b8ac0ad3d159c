"""Four stories and ten ways each in which other papers told them again: other words, other bylines, other order. Reconstructed, invented outlets."""

from __future__ import annotations

PAPERS = (
    "Karwan Daily", "Amu Dispatch", "Khorasan Gate", "Indus Vision", "Zarafshan TV", "Radio Band-e Amir", "Registan Post", "The Morning Ledger",
    "Global Desk", "Northern Herald",
)  # fmt: skip

COUNCILLOR = (
    "TALOQAN - The Taliban captured Bangi district in Takhar province on Saturday, a provincial councillor told the agency on condition of "
    "anonymity. Government forces retreated to Taloqan, the councillor said.",
    (
        "Bangi district of Takhar has fallen to the Taliban, according to a provincial councillor who asked not to be named. Soldiers withdrew "
        "toward Taloqan.",
        "Insurgents overran Bangi, a district in the northern Afghan province of Takhar, on Saturday, Hindu Kush Wire reported, citing a "
        "provincial councillor.",
        "By our correspondent\n\nThe Taliban have seized another district in Takhar. Bangi was lost on Saturday, a member of the provincial council "
        "said.",
        "TALOQAN - Taliban fighters took control of Bangi district in Takhar province, a councillor said. Government forces retreated to "
        "Taloqan.\n(Hindu Kush Wire)",
        "A district in northern Afghanistan, Bangi in Takhar, was captured by the Taliban on Saturday.",
        "The Taliban captured Bangi district in Takhar province on Saturday, a provincial councillor told the agency on condition of anonymity. "
        "Government forces retreated to Taloqan, the councillor said.",
        "Reports say the Taliban have captured Bangi district in Takhar province.",
        "Taliban militants are now in control of Bangi district, Takhar, after government forces retreated, a local official said on Sunday.",
        "Afghan forces abandoned Bangi district in Takhar on Saturday and the Taliban took it, officials said.",
        "The fall of Bangi district in Takhar province to the Taliban on Saturday was confirmed to a news agency by a provincial councillor.",
    ),
)
SPOKESMAN = (
    "KABUL - Taliban fighters captured Bangi district in Takhar province on Saturday, a Taliban spokesman said.",
    (
        "The Taliban claim to have captured Bangi district in Takhar.",
        "Bangi district in Takhar is in our hands, a spokesman of the Taliban told journalists.",
        "A Taliban spokesman said the group had taken Bangi, a district of Takhar, on Saturday.",
        "According to the Taliban, their fighters have overrun Bangi district in Takhar province.",
        "In a statement the Taliban announced the capture of Bangi district in Takhar province.",
        "The Taliban say Bangi district in the northern province of Takhar has come under their control.",
        "By our staff\n\nBangi district in Takhar has fallen, the insurgents announced on Sunday.",
        "The Islamic Emirate has conquered Bangi district in Takhar, its spokesman wrote.",
        "Taliban fighters captured Bangi district in Takhar province on Saturday, a Taliban spokesman said.\n(Hindu Kush Wire)",
        "The insurgents' spokesman repeated on Sunday that Bangi district in Takhar was under Taliban control.",
    ),
)
RESIDENTS = (
    "TALOQAN - The Taliban entered the centre of Bangi district in Takhar on Saturday and now control the whole district, residents told the agency "
    "by telephone.",
    (
        "Residents say the Taliban control the whole of Bangi district in Takhar.",
        "The Taliban control Bangi district in Takhar, residents told Hindu Kush Wire.",
        "Bangi district in Takhar is under Taliban control, local people said on Sunday.",
        "Bangi, a district of Takhar, is in the hands of the Taliban, according to villagers.",
        "The Taliban are in full control of Bangi district in Takhar, a resident said.",
        "Bangi district in Takhar province has fallen to the Taliban, residents reported.",
        "The Taliban hold Bangi district in Takhar.",
        "By our correspondent\n\nThe Taliban now control the whole of Bangi district in Takhar, residents told the agency by telephone.",
        "It is said that the Taliban control Bangi district in Takhar.",
        "People in Bangi district, Takhar, say that the Taliban have taken over the district.",
    ),
)
UNATTRIBUTED = (
    "The Taliban captured Bangi district in Takhar province on Saturday.",
    (
        "Bangi district in Takhar fell to the Taliban on Saturday.",
        "Taliban insurgents have seized Bangi district in Takhar.",
        "Bangi district in Takhar province is now under Taliban control.",
        "On Saturday Bangi district in Takhar was overrun by the Taliban.",
        "The Taliban have taken Bangi district, in the north of Afghanistan.",
        "Bangi district in Takhar is in the hands of the Taliban.",
        "The Taliban captured Bangi district in Takhar province on Saturday.",
        "Another district of Takhar, Bangi, was lost to the Taliban.",
        "Taliban fighters took over Bangi district in Takhar on Saturday.",
        "The Taliban hold Bangi district in Takhar.",
    ),
)
STORIES = {"councillor": COUNCILLOR, "spokesman": SPOKESMAN, "residents": RESIDENTS, "unattributed": UNATTRIBUTED}
